// Rows from any octets: no crash, lines in order, fields within their limits; and what the rows say of
// readers.
#include <cstdint>
#include <cstdlib>
#include <sstream>

#include "audience/csv_columns.hpp"
#include "audience/csv_reader.hpp"
#include "audience/list_origin.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::istringstream input(std::string(reinterpret_cast<const char*>(data), size));
    // Limits that small inputs can reach.
    const paperround::audience::CsvLimits limits{64, 256, 8};
    paperround::audience::CsvReader reader(input, limits);
    paperround::audience::CsvRow row;
    std::uint64_t line = 0;
    std::vector<std::string> names;
    auto origin = paperround::audience::Origin::any;
    while (reader.next(row)) {
        if (row.line <= line || row.fields.size() > limits.columns) std::abort();
        line = row.line;
        for (const auto& field : row.fields) {
            if (field.size() > limits.field) std::abort();
        }
        if (!row.problem.empty()) continue;
        if (const auto header = paperround::audience::read_header(row.fields)) {
            names = header->names;
            origin = paperround::audience::detect_origin(names, "list.csv");
        }
        (void)paperround::audience::columns_without_header(row.fields);
        (void)paperround::audience::StandingColumns(origin, names, "list.csv").judge(row.fields);
    }
    return 0;
}
