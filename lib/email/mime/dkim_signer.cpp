#include "email/mime/dkim_signer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "base/crypto.hpp"
#include "base/encoding.hpp"
#include "base/text.hpp"
#include "email/mime/dkim_canonical.hpp"

namespace paperround::email {

namespace {

struct Covered {
    std::string_view name;
    bool oversigned = false;
};

constexpr std::array covered_fields{Covered{"From", true},
                                    Covered{"To", true},
                                    Covered{"Subject", true},
                                    Covered{"Date", true},
                                    Covered{"Reply-To", true},
                                    Covered{"List-Unsubscribe", true},
                                    Covered{"List-Unsubscribe-Post", true},
                                    Covered{"Message-ID"},
                                    Covered{"List-Id"},
                                    Covered{"Feedback-ID"},
                                    Covered{"MIME-Version"},
                                    Covered{"Content-Type"},
                                    Covered{"Content-Transfer-Encoding"}};

constexpr std::size_t line_length = 76;

bool oversigned(std::string_view name) {
    const auto found = std::ranges::find(covered_fields, name, &Covered::name);
    return found != covered_fields.end() && found->oversigned;
}

struct Message {
    std::vector<std::string_view> fields;  // whole, with their folds and the CRLF at their end
    std::string_view body;
};

Message split_message(std::string_view message) {
    Message split;
    std::size_t start = 0;
    while (start < message.size() && !message.substr(start).starts_with("\r\n")) {
        std::size_t end = start;
        do {
            const auto line_end = message.find("\r\n", end);
            end = line_end == std::string_view::npos ? message.size() : line_end + 2;
        } while (end < message.size() && (message[end] == ' ' || message[end] == '\t'));
        split.fields.push_back(message.substr(start, end - start));
        start = end;
    }
    split.body = message.substr(std::min(message.size(), start + 2));
    return split;
}

bool is_field(std::string_view field, std::string_view name) {
    return field.size() > name.size() && field[name.size()] == ':' &&
           ascii_iequals(field.substr(0, name.size()), name);
}

// What is signed of a header: the list for `h=`, and the fields in their canonical form. Fields of one name
// are taken from the last to the first; a name more than there are fields signs that there is no other.
struct SignedHeader {
    std::vector<std::string_view> names;
    std::string canonical;
};

SignedHeader signed_header(const Message& message, const std::vector<std::string>& covered) {
    SignedHeader header;
    for (const std::string& name : covered) {
        for (auto field = message.fields.rbegin(); field != message.fields.rend(); ++field) {
            if (!is_field(*field, name)) continue;
            header.names.push_back(name);
            append_relaxed_field(header.canonical, *field);
        }
        if (oversigned(name)) header.names.push_back(name);
    }
    return header;
}

// Appends tags and their parts, folded where a line would grow too long.
class Folded {
  public:
    explicit Folded(std::string& out) : out_(out), line_start_(out.rfind('\n') + 1) {}
    void append(std::string_view part, std::string_view space = "") {
        if (out_.size() - line_start_ + space.size() + part.size() > line_length) {
            out_ += "\r\n\t";
            line_start_ = out_.size() - 1;
        } else {
            out_ += space;
        }
        out_ += part;
    }

  private:
    std::string& out_;
    std::size_t line_start_;
};

std::string unsigned_signature(const DkimKey& key, const SignedHeader& header, std::string_view body_hash,
                               Time now) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
    std::string out = "DKIM-Signature: v=1;";
    Folded folded(out);
    folded.append(fmt::format("a={}-sha256;", to_string(key.key.type())), " ");
    folded.append("c=relaxed/relaxed;", " ");
    folded.append(fmt::format("d={};", key.domain), " ");
    folded.append(fmt::format("s={};", key.selector), " ");
    folded.append(fmt::format("t={};", seconds), " ");
    for (std::size_t i = 0; i < header.names.size(); ++i) {
        const bool last = i + 1 == header.names.size();
        folded.append(fmt::format("{}{}{}", i == 0 ? "h=" : "", header.names[i], last ? ";" : ":"),
                      i == 0 ? " " : "");
    }
    folded.append(fmt::format("bh={};", body_hash), " ");
    folded.append("b=", " ");
    return out;
}

}  // namespace

DkimSigner::DkimSigner(const std::vector<DkimKey>& keys, const std::vector<std::string>& rewritten) {
    for (const DkimKey& key : keys) signatories_.push_back({key, DigestSigner(key.key)});
    for (const Covered& field : covered_fields) {
        const bool left_out = std::ranges::any_of(
            rewritten, [&field](const std::string& name) { return ascii_iequals(name, field.name); });
        if (!left_out) covered_.emplace_back(field.name);
    }
}

std::string DkimSigner::sign(std::string_view message, Time now) {
    if (signatories_.empty()) return {};
    const Message split = split_message(message);
    const SignedHeader header = signed_header(split, covered_);
    const std::string body_hash = base64(sha256(relaxed_body(split.body)));
    std::string signatures;
    for (auto& [key, signer] : signatories_) {
        std::string field = unsigned_signature(key, header, body_hash, now);
        std::string octets = header.canonical;
        append_relaxed_field(octets, field);
        octets.resize(octets.size() - 2);  // the signature's own field is hashed without its CRLF
        const std::string signature = base64(signer.sign(sha256(octets)));
        Folded folded(field);
        constexpr std::size_t piece = 64;
        for (std::size_t i = 0; i < signature.size(); i += piece)
            folded.append(std::string_view(signature).substr(i, piece));
        signatures += field + "\r\n";
    }
    return signatures;
}

std::string dkim_record(const DkimKey& key) {
    const std::string value =
        fmt::format("v=DKIM1; k={}; p={}", to_string(key.key.type()), base64(key.key.public_key()));
    constexpr std::size_t longest = 255;
    std::string out = fmt::format("{}._domainkey.{}. IN TXT (", key.selector, key.domain);
    for (std::size_t i = 0; i < value.size(); i += longest)
        out += fmt::format(" \"{}\"", std::string_view(value).substr(i, longest));
    return out + " )";
}

}  // namespace paperround::email
