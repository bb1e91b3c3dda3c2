#include <fmt/format.h>

#include <algorithm>

#include "base/address/mailbox.hpp"
#include "base/text.hpp"
#include "config/keys.hpp"
#include "config/mapping.hpp"

namespace paperround::config {

namespace {

constexpr std::size_t most_domains = 1000;

DomainLimit read_domain(const Entry& entry, Report& report) {
    const Section section(entry.field, domain_keys, report);
    DomainLimit domain;
    // A domain is valid if an address in it is.
    if (const auto address = canonical_address("x@" + entry.name); address) {
        domain.domain = ascii_lower(domain_of(*address));
    } else {
        report.add(entry.field.line, entry.field.path,
                   {fmt::format("expected the domain of recipients such as gmail.com, got {}",
                                in_quotes(entry.name)),
                    {}});
    }
    domain.limit.rate = read_rate_key(section);
    section.read("connections", domain.limit.connections, read_number, 1U, 1000U);
    domain.limit.warm_up = read_warm_up(section);
    if (entry.field.node->kind == Node::Kind::mapping && entry.field.node->keys.empty()) {
        report.add(entry.field.line, entry.field.path,
                   {"expected rate, connections or warm_up, got none", {}});
    }
    return domain;
}

}  // namespace

std::optional<Rate> read_rate_key(const Section& section) {
    std::optional<Rate> rate;
    section.read("rate", rate, read_rate);
    return rate;
}

std::optional<WarmUp> read_warm_up(const Section& section) {
    const Field* field = section.find("warm_up");
    if (field == nullptr) return std::nullopt;
    const Section inner(*field, warm_up_keys, section.report());
    inner.require({"start"});
    WarmUp warm_up;
    inner.read("start", warm_up.start, read_date);
    inner.read("first_day", warm_up.first_day, read_number, 1U, 1'000'000U);
    inner.read("growth", warm_up.growth, read_decimal, 1.0, 10.0);
    return warm_up;
}

std::vector<DomainLimit> read_domains(const Section& top) {
    std::vector<DomainLimit> domains;
    const Field* field = top.find("domains");
    if (field == nullptr) return domains;
    const auto entries = entries_of(*field, top.report());
    if (entries.size() > most_domains) {
        top.complain("domains", {fmt::format("expected at most {} domains", most_domains), {}});
        return domains;
    }
    for (const Entry& entry : entries) {
        DomainLimit domain = read_domain(entry, top.report());
        if (!domain.domain.empty() &&
            std::ranges::find(domains, domain.domain, &DomainLimit::domain) != domains.end()) {
            top.report().add(entry.field.line, entry.field.path, {"this domain stands here twice", {}});
        }
        domains.push_back(std::move(domain));
    }
    return domains;
}

Breaker read_breaker(const Section& top) {
    Breaker breaker;
    const Field* field = top.find("breaker");
    if (field == nullptr) return breaker;
    const Section section(*field, breaker_keys, top.report());
    section.read("share", breaker.share, read_share);
    section.read("of", breaker.of, read_number, 10U, 1000U);
    if (breaker.share < 0.01) section.complain("share", {"expected a share from 1% to 100%", {}});
    return breaker;
}

}  // namespace paperround::config
