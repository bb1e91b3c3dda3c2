#include "bounce/judgement.hpp"

#include "base/text.hpp"
#include "base/utf8.hpp"
#include "refusal/reply_codes.hpp"

namespace paperround::bounce {

namespace {

using refusal::Reason;

constexpr std::size_t diagnostic_limit = 1000;

// The more specific one; of two equal ones the server's, whose words the diagnostic quotes, as long as both say whether
// it is permanent alike.
std::string better_status(const std::string& field, const std::string& quoted) {
    if (field.empty() || field.front() == '2') return quoted.empty() ? field : quoted;
    if (quoted.empty()) return field;
    const unsigned of_field = refusal::specificity(field);
    const unsigned of_quoted = refusal::specificity(quoted);
    if (of_quoted != of_field) return of_quoted > of_field ? quoted : field;
    return quoted.front() == field.front() ? quoted : field;
}

bool is_permanent(const Report& report) {
    if (report.code != 0) return report.code >= 500;  // a mismatch follows the basic code
    // Gmail says 4.0.0 of domains that do not exist.
    return refusal::specificity(report.status) == 0 || report.status.front() != '4';
}

// The words that tell: the server's own, then all that is said, then the subject.
Reason reason_for(const Said& said, const Report& report) {
    const std::string_view own = said.diagnostic.empty() ? said.words : said.diagnostic;
    const auto certain = [](std::string_view text) {
        const auto found = refusal::reason_of_words(text);
        return found && found->certain;
    };
    if (certain(own)) return refusal::reason_of(own, report.status, report.code);
    const auto coded = refusal::reason_of_status(report.status);
    if (coded && coded->certain) return coded->reason;
    if (certain(said.words)) return refusal::reason_of(said.words, report.status, report.code);
    const std::string all = std::string(own) + " " + said.hint;
    return refusal::reason_of(all, report.status, report.code);
}

}  // namespace

std::string as_diagnostic(std::string_view text) {
    const std::string line =
        without_control_characters(collapse_spaces(to_valid_utf8(text.substr(0, 4 * diagnostic_limit))));
    return std::string(utf8_prefix(line, diagnostic_limit));
}

Report judge(Kind kind, Said said) {
    Report report;
    report.kind = kind;
    report.action = said.action != Action::none ? said.action
                    : kind == Kind::delayed     ? Action::delayed
                                                : Action::failed;
    refusal::ReplyCodes codes = refusal::codes_in(said.diagnostic);
    if (codes == refusal::ReplyCodes{}) codes = refusal::codes_in(said.words);
    report.code = codes.code;
    report.status = better_status(said.status, codes.status);
    report.ground = Ground::refusal;
    report.reason = reason_for(said, report);
    if (kind == Kind::bounce)
        report.of =
            refusal::ends_an_address(report.reason) && is_permanent(report) ? Class::hard : Class::soft;
    report.diagnostic = as_diagnostic(said.diagnostic.empty() ? said.words : said.diagnostic);
    report.recipient = std::move(said.recipient);
    return report;
}

}  // namespace paperround::bounce
