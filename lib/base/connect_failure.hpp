// Why a connection could not be made, in words that say what to do about it. Pure, except that the texts of
// unexpected errors are the system's.
#pragma once

#include <string>
#include <string_view>

namespace paperround {

// For a failed socket() or connect(): `error` is errno, `target` is the peer ("mx.example.org port 25").
[[nodiscard]] std::string connect_failure(int error, std::string_view target);

// Whether the error is about this machine (it lacks or forbids something), whatever the target was.
[[nodiscard]] bool is_of_this_machine(int error);

// For a certificate that was not accepted: `result` is OpenSSL's verify result (X509_V_OK or "unspecified" if
// the certificate is good but for another name than `host`), `words` is the TLS library's message.
[[nodiscard]] std::string certificate_failure(long result, std::string_view host, std::string_view words);

// For a TLS session that could not be opened: `words` is the TLS library's message; `implicit` says that TLS
// was to begin with the first octet.
[[nodiscard]] std::string tls_failure(std::string_view words, bool implicit);

}  // namespace paperround
