// A list from a CSV file into a newsletter.
//
// The first line names the columns. `email`, `e-mail`, `email address`, `e-mail address`, `address` or the
// like (the first of these that is there) holds the address and `name` the name; what says whether somebody
// reads the list is understood (audience/list_origin.hpp), and every other column becomes an attribute, its
// name in lower case (but `tags`, whose value is a list: audience/tags.hpp) with anything but letters, digits and 8-bit characters as `_` ("First name":
// first_name). A column without a name is ignored. Up to nine lines before the header are skipped, and a file
// of addresses with at most a name needs none.
//
// Nobody who left is subscribed, whether he left here or there. A file that export_csv wrote is taken back as
// it was.
//
// A bad row is rejected with its line and reason, and everything else is imported. Rows that are not UTF-8
// are read as Windows-1252, unless the file has shown itself to be UTF-8. Rows are committed in batches, each
// short, so that a running daemon is not held up; a stop in between keeps what was committed, and importing
// the file again is harmless. An address that the file holds twice is one subscriber: the later row wins.
#pragma once

#include <cstdint>
#include <functional>
#include <istream>
#include <optional>
#include <string>
#include <string_view>

#include "audience/audience_store.hpp"
#include "audience/list_origin.hpp"
#include "base/result.hpp"

namespace paperround::audience {

struct Rejected {
    std::uint64_t line = 0;
    std::string reason;
    std::string address;  // an excerpt, fit for a terminal; may be empty
};

struct ImportProgress {
    std::uint64_t octets = 0;  // of the file
    std::uint64_t rows = 0;
};

struct ImportReport {
    std::uint64_t rows = 0;  // the sum of all below
    std::uint64_t added = 0;
    std::uint64_t updated = 0;  // were active before
    std::uint64_t left_before = 0;
    std::uint64_t suppressed = 0;
    std::uint64_t duplicates = 0;  // rows whose address an earlier row of the file had
    std::uint64_t rejected = 0;
    std::uint64_t ended = 0;        // were active here, and left according to the file
    std::uint64_t unconfirmed = 0;  // never confirmed according to the file: nothing is recorded
    bool operator==(const ImportReport&) const = default;
};

struct ImportError {
    enum class Code { empty, no_list, wrong_encoding, bad_header, no_address_column };
    Code code;
    std::string message;  // with the line; the caller puts the file's name before it
};

struct ImportOptions {
    std::string newsletter;
    std::string source;  // recorded with each new subscription: "import readers.csv"
    Again again = Again::no;
    std::function<void(const Rejected&)> on_rejected = {};  // once per bad row, in the order of the file
    std::function<void(const ImportProgress&)> on_progress = {};  // after each batch
    std::string file_name = {};       // without its folder: some makers say only there what the rows are
    std::optional<Origin> from = {};  // whose export it is; none: what its header says
    // How the file was understood, a line each: "Mailchimp's cleaned addresses: suppressed".
    std::function<void(std::string_view)> on_note = {};
    // A reader whom the file ends or suppresses, in the transaction that does so: to cancel what waits for
    // him. `everywhere`: suppressed, for all newsletters.
    std::function<void(std::int64_t subscriber_id, bool everywhere)> on_ended = {};
};

// Opens its own transactions: the caller must hold none. Nothing is stored when it fails with an ImportError;
// a db::Error leaves what earlier batches committed.
[[nodiscard]] Result<ImportReport, ImportError> import_csv(db::Database& database, std::istream& input,
                                                           const ImportOptions& options, Time now);

}  // namespace paperround::audience
