#include "control/refusal.hpp"

#include <sysexits.h>

#include <stdexcept>

namespace paperround::control {

namespace {

struct Row {
    Refusal::Code code;
    std::string_view name;
    int exit;
    int http;
};

constexpr Row rows[]{
    {Refusal::Code::malformed, "malformed", EX_USAGE, 400},
    {Refusal::Code::unknown, "unknown", EX_DATAERR, 404},
    {Refusal::Code::not_now, "not_now", EX_DATAERR, 409},
    {Refusal::Code::left_before, "left_before", EX_DATAERR, 409},
    {Refusal::Code::suppressed, "suppressed", EX_DATAERR, 409},
    {Refusal::Code::bad_content, "bad_content", EX_DATAERR, 422},
};

const Row& row_of(Refusal::Code code) {
    for (const Row& row : rows) {
        if (row.code == code) return row;
    }
    throw std::logic_error("a refusal without a row in its table");
}

}  // namespace

std::string_view to_string(Refusal::Code code) {
    return row_of(code).name;
}

int exit_status(Refusal::Code code) {
    return row_of(code).exit;
}

int http_status(Refusal::Code code) {
    return row_of(code).http;
}

}  // namespace paperround::control
