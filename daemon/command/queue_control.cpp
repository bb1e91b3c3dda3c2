// `queue flush|hold|release|drop`: the operator's hand on deliveries that wait.
#include <fmt/format.h>
#include <sysexits.h>

#include <CLI/CLI.hpp>

#include "control/queue_orders.hpp"
#include "daemon/asking.hpp"
#include "daemon/command.hpp"
#include "daemon/listing.hpp"

namespace paperround::daemon {

namespace {

struct OrderOptions : control::QueueOrder {
    bool json = false;
};

struct OrderVerb {
    queue::QueueAction action;
    const char* done;  // "5 deliveries are …"
    const char* help;
};

constexpr OrderVerb verbs[]{
    {queue::QueueAction::flush, "due now",
     "Try deferred deliveries now (postqueue -f, -i, -s); of all mailings where none is named"},
    {queue::QueueAction::hold, "held", "Keep deliveries back until they are released (postsuper -h)"},
    {queue::QueueAction::release, "released", "Let held deliveries go (postsuper -H)"},
    {queue::QueueAction::drop, "dropped", "Cancel deliveries that wait or are held (postsuper -d)"},
};

void print_count(const OrderVerb& verb, const queue::QueueCount& done) {
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

int apply(control::Desk& desk, const OrderVerb& verb, const OrderOptions& options) {
    const auto done = control::QueueOrders(desk).apply(options);
    if (!done) return tell(done.error());
    if (options.json) {
        fmt::print("{}\n", control::to_json(verb.action, *done));
    } else {
        print_count(verb, *done);
    }
    return done->changed > 0 || verb.action == queue::QueueAction::flush ? EX_OK : EX_DATAERR;
}

}  // namespace

void add_queue_verbs(CLI::App& queue, Invocation& invocation) {
    for (const OrderVerb& verb : verbs) {
        auto options = std::make_shared<OrderOptions>();
        options->action = verb.action;
        auto* command = queue.add_subcommand(std::string(control::to_string(verb.action)), verb.help);
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
            invocation.run = [&invocation, options, verb] {
                return at_desk(invocation, [&](control::Desk& desk) { return apply(desk, verb, *options); });
            };
        });
    }
}

}  // namespace paperround::daemon
