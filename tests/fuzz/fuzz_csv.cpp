// Rows from any octets: no crash, lines in order, fields within their limits.
#include <cstdint>
#include <cstdlib>
#include <sstream>

#include "audience/csv_columns.hpp"
#include "audience/csv_reader.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::istringstream input(std::string(reinterpret_cast<const char*>(data), size));
    // Limits that small inputs reach.
    const paperround::audience::CsvLimits limits{64, 256, 8};
    paperround::audience::CsvReader reader(input, limits);
    paperround::audience::CsvRow row;
    std::uint64_t line = 0;
    while (reader.next(row)) {
        if (row.line <= line || row.fields.size() > limits.columns) std::abort();
        line = row.line;
        for (const auto& field : row.fields) {
            if (field.size() > limits.field) std::abort();
        }
        if (row.problem.empty()) (void)paperround::audience::read_header(row.fields);
    }
    return 0;
}
