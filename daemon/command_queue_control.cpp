// `queue flush|hold|release|drop`: the operator's hand on deliveries that wait.
#include <fmt/format.h>
#include <sysexits.h>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "base/mailbox.hpp"
#include "base/text.hpp"
#include "daemon/command.hpp"
#include "daemon/json_line.hpp"
#include "daemon/listing.hpp"
#include "pipeline/data_directory.hpp"
#include "queue/address_pattern.hpp"
#include "queue/delivery_log.hpp"
#include "queue/queue_control.hpp"
#include "queue/queue_store.hpp"

namespace paperround::daemon {

namespace {

struct ControlOptions {
    std::string address;
    std::string domain;
    std::string newsletter;
    std::int64_t mailing = 0;
    bool all = false;
    bool in_doubt = false;
    bool json = false;
};

struct Verb {
    queue::QueueAction action;
    const char* name;
    const char* done;  // "5 deliveries are …"
    const char* help;
};

constexpr Verb verbs[]{
    {queue::QueueAction::flush, "flush", "due now",
     "Try deferred deliveries now (postqueue -f, -i, -s); of all mailings where none is named"},
    {queue::QueueAction::hold, "hold", "held", "Keep deliveries back until they are released (postsuper -h)"},
    {queue::QueueAction::release, "release", "released", "Let held deliveries go (postsuper -H)"},
    {queue::QueueAction::drop, "drop", "dropped", "Cancel deliveries that wait or are held (postsuper -d)"},
};

int refuse(int status, const std::string& why) {
    fmt::print(stderr, "paperround: {}\n", why);
    return status;
}

// Why the options name nothing; empty where they do.
std::string unnamed(const Verb& verb, const ControlOptions& options) {
    const bool named = !options.address.empty() || !options.domain.empty() || !options.newsletter.empty() ||
                       options.mailing != 0;
    if (named && options.all) return "--all and a choice exclude each other";
    if (!options.address.empty() && !options.domain.empty())
        return "an address has one domain: give one of both";
    if (named || options.all || verb.action == queue::QueueAction::flush) return "";
    return fmt::format("{} what? Name it by --address, --domain, --mailing or --newsletter, or say --all",
                       verb.name);
}

void tell(const Verb& verb, const queue::QueueCount& done, bool json) {
    if (json) {
        const nlohmann::ordered_json object{{"action", verb.name},
                                            {"changed", done.changed},
                                            {"sending", done.sending},
                                            {"in_doubt", done.in_doubt},
                                            {"paused", done.paused}};
        fmt::print("{}\n", json_line(object));
        return;
    }
    fmt::print("{} {} {}", count_text(done.changed), done.changed == 1 ? "delivery is" : "deliveries are",
               verb.done);
    if (done.paused > 0)
        fmt::print("; {} of them wait on, since their mailings are paused", count_text(done.paused));
    if (done.sending > 0) {
        fmt::print("; {} {}", count_text(done.sending),
                   verb.action == queue::QueueAction::drop ? "were being sent and are called back"
                                                           : "are being sent and are left alone");
    }
    if (done.in_doubt > 0) {
        fmt::print("; {} may have arrived already and are left as they were{}", count_text(done.in_doubt),
                   verb.action == queue::QueueAction::release ? " (--in-doubt sends them again)" : "");
    }
    fmt::print("\n");
}

int control(const Invocation& invocation, const Verb& verb, const ControlOptions& options) {
    if (const std::string why = unnamed(verb, options); !why.empty()) return refuse(EX_USAGE, why);
    const auto settings = load_settings(invocation);
    if (!settings) return EX_CONFIG;
    auto database = pipeline::open_database(settings->data_dir);
    queue::Selection selection{
        .mailing_id = options.mailing, .newsletter = options.newsletter, .recipient_like = {}};
    if (options.mailing != 0 && !queue::QueueStore(database).mailing(options.mailing)) {
        return refuse(EX_DATAERR, fmt::format("no mailing {}", options.mailing));
    }
    if (!options.newsletter.empty() && !queue::DeliveryLog(database).knows_newsletter(options.newsletter)) {
        const auto known = find_newsletter(*settings, options.newsletter);
        if (!known) return refuse(EX_DATAERR, known.error());
    }
    if (!options.domain.empty()) selection.recipient_like = queue::pattern_of_domain(options.domain);
    if (!options.address.empty()) {
        const auto address = canonical_address(options.address);
        if (!address) return refuse(EX_USAGE, options.address + ": " + address.error().reason);
        selection.recipient_like = queue::pattern_of_address(*address);
    }
    const auto done =
        queue::QueueControl(database).apply(verb.action, selection, options.in_doubt, SystemClock().now());
    tell(verb, done, options.json);
    return done.changed > 0 || verb.action == queue::QueueAction::flush ? EX_OK : EX_DATAERR;
}

}  // namespace

void add_queue_verbs(CLI::App& queue, Invocation& invocation) {
    for (const Verb& verb : verbs) {
        auto options = std::make_shared<ControlOptions>();
        auto* command = queue.add_subcommand(verb.name, verb.help);
        command->add_option("-r,--address,--recipient", options->address, "Those to this address");
        command->add_option("-d,--domain", options->domain, "Those to this domain's addresses");
        command->add_option("-m,--mailing", options->mailing, "Those of this mailing");
        command->add_option("-n,--newsletter", options->newsletter, "Those of this newsletter");
        command->add_flag("-a,--all", options->all, "All");
        command->add_flag("--json", options->json, "The counts as a JSON object");
        if (verb.action == queue::QueueAction::release) {
            command->add_flag("--in-doubt", options->in_doubt, "Also what may have arrived already");
        }
        command->final_callback([&invocation, options, verb] {
            invocation.run = [&invocation, options, verb] { return control(invocation, verb, *options); };
        });
    }
}

}  // namespace paperround::daemon
