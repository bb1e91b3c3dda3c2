// Why no connection could be made, in words that say what to do about it. Pure, but for the system's own
// texts of errors that are not expected.
#pragma once

#include <string>
#include <string_view>

namespace paperround {

// A failed socket() or connect(): `error` is errno, `target` what was to be reached ("mx.example.org port
// 25").
[[nodiscard]] std::string connect_failure(int error, std::string_view target);

// Whether such an error is about what this machine lacks or forbids, whoever was to be reached.
[[nodiscard]] bool is_of_this_machine(int error);

// A certificate that was not accepted: `result` is OpenSSL's verify result (X509_V_OK or "unspecified" where
// it is good and bears another name than `host`), `words` are the TLS library's.
[[nodiscard]] std::string certificate_failure(long result, std::string_view host, std::string_view words);

// A TLS session that could not be opened, in the TLS library's `words`; `implicit`: TLS was to begin with the
// first octet.
[[nodiscard]] std::string tls_failure(std::string_view words, bool implicit);

}  // namespace paperround
