#include "base/connect_failure.hpp"

#include <fmt/format.h>
#include <openssl/x509_vfy.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

namespace paperround {

namespace {

std::string_view reason_of(int error) {
    switch (error) {
        case ECONNREFUSED:
            return "connection refused: nobody listens there, or a firewall says so";
        case ECONNRESET:
            return "the connection was reset";
        case ETIMEDOUT:
            return "no answer";
        case ENETUNREACH:
            return "network unreachable: this machine has no route there";
        case EHOSTUNREACH:
            return "host unreachable: no route, or a firewall says so";
        case EADDRNOTAVAIL:
            return "no local ports left: too many connections were closed lately "
                   "(net.ipv4.ip_local_port_range)";
        case EMFILE:
            return "no file descriptors left in this process (LimitNOFILE, ulimit -n)";
        case ENFILE:
            return "no file descriptors left on this machine (fs.file-max)";
        case ENOBUFS:
        case ENOMEM:
            return "the system has no memory left for a connection";
        case EACCES:
        case EPERM:
            return "connection forbidden: a firewall or sandbox of this machine does not allow it";
        case EAFNOSUPPORT:
            return "this machine does not speak that address family (IPv6 or IPv4)";
        default:
            return {};
    }
}

std::string_view complaint_of(long result) {
    switch (result) {
        case X509_V_ERR_CERT_HAS_EXPIRED:
            return "certificate expired: whoever runs the server has to renew it, or this machine's clock is "
                   "wrong";
        case X509_V_ERR_CERT_NOT_YET_VALID:
            return "certificate not valid yet: this machine's clock may be wrong";
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
        case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
            return "certificate self-signed: if it is the right one, name it as ca_file";
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
        case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
            return "certificate of an unknown authority: if it is the right one, name the authority's as "
                   "ca_file";
        case X509_V_ERR_CERT_REVOKED:
            return "certificate revoked";
        case X509_V_ERR_INVALID_PURPOSE:
            return "certificate not made for servers";
        case X509_V_ERR_EE_KEY_TOO_SMALL:
        case X509_V_ERR_CA_KEY_TOO_SMALL:
        case X509_V_ERR_CA_MD_TOO_WEAK:
            return "certificate too weak";
        default:
            return "certificate not accepted";
    }
}

}  // namespace

std::string connect_failure(int error, std::string_view target) {
    const std::string_view reason = reason_of(error);
    if (!reason.empty()) return fmt::format("{}: {}", target, reason);
    return fmt::format("{}: {} (errno {})", target, std::generic_category().message(error), error);
}

std::string tls_failure(std::string_view words, bool implicit) {
    // OpenSSL reports "wrong version number" when it takes a plain-text greeting for a TLS record.
    if (words.find("wrong version number") == std::string_view::npos) return std::string(words);
    return fmt::format("the server does not speak TLS there{} ({})",
                       implicit
                           ? " from the first octet: begin the url with smtp://, which uses STARTTLS, or set "
                             "the port that is for smtps (465 mostly)"
                           : "",
                       words);
}

bool is_of_this_machine(int error) {
    static constexpr std::array ours{EMFILE, ENFILE, ENOBUFS, ENOMEM, EADDRNOTAVAIL, EACCES, EPERM};
    return std::ranges::find(ours, error) != ours.end();
}

std::string certificate_failure(long result, std::string_view host, std::string_view words) {
    // libcurl compares the name before it asks for the verify result, so the result is still "unspecified".
    if (result == X509_V_OK || result == X509_V_ERR_UNSPECIFIED)
        return fmt::format("certificate bears another name than {}: set url to the name it has ({})", host,
                           words);
    return fmt::format("{} ({})", complaint_of(result), words);
}

}  // namespace paperround
