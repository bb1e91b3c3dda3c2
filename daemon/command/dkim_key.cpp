// `dkim-key`: makes a DKIM key and says what to publish and to configure.
#include <fmt/format.h>
#include <sysexits.h>

#include <CLI/CLI.hpp>

#include "base/address/mailbox.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "base/text/date_time.hpp"
#include "daemon/command.hpp"
#include "email/mime/dkim_signer.hpp"

namespace paperround::daemon {

namespace {

struct KeyOptions {
    std::string domain;
    std::string selector;
    std::string type = "rsa";
    std::string file;
};

// The month tells keys apart that follow each other.
std::string default_selector() {
    const std::string today = format_rfc3339(SystemClock().now());  // 2026-11-…
    return "p" + today.substr(0, 4) + today.substr(5, 2);
}

int make_key(const KeyOptions& options) {
    const auto address = canonical_address("x@" + options.domain);
    if (!address) {
        fmt::print(stderr, "paperround: expected a sender's domain such as example.org, got \"{}\"\n",
                   without_control_characters(options.domain));
        return EX_USAGE;
    }
    const std::string domain = ascii_lower(domain_of(*address));
    const std::string selector = options.selector.empty() ? default_selector() : options.selector;
    const auto type = options.type == "rsa" ? PrivateKey::Type::rsa : PrivateKey::Type::ed25519;
    const std::filesystem::path file = std::filesystem::absolute(
        options.file.empty() ? fmt::format("{}.{}.{}.pem", domain, selector, options.type) : options.file);
    std::error_code ignored;
    if (std::filesystem::exists(file, ignored)) {
        fmt::print(stderr, "paperround: {} is there already; no key is ever overwritten\n", file.string());
        return EX_CANTCREAT;
    }
    const email::DkimKey key{domain, selector, PrivateKey::generate(type)};
    if (const auto written = write_file_atomically(file, key.key.to_pem(), 0600); !written) {
        fmt::print(stderr, "paperround: {}\n", written.error().message);
        return EX_CANTCREAT;
    }
    fmt::print("The private key is in {}; only you can read it. The daemon's user must, too.\n\n",
               file.string());
    fmt::print("Publish the public key in the DNS of {}:\n\n{}\n\n", domain, email::dkim_record(key));
    fmt::print("and, when it can be looked up, add to the configuration:\n\n");
    fmt::print("dkim:\n  {}:\n    - {{selector: {}, key_file: {}}}\n", domain, selector, file.string());
    return EX_OK;
}

}  // namespace

void add_dkim_key_command(CLI::App& app, Invocation& invocation) {
    auto options = std::make_shared<KeyOptions>();
    auto* command = app.add_subcommand("dkim-key", "Make a DKIM key and print its DNS record");
    command->add_option("domain", options->domain, "The domain of the newsletter's From")->required();
    command
        ->add_option("-s,--selector", options->selector, "Its name in DNS; this month's where it is left out")
        ->check([](const std::string& text) {
            const auto plain = [](char c) {
                return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
            };
            return !text.empty() && text.size() <= 63 && std::ranges::all_of(text, plain)
                       ? std::string()
                       : std::string("expected a-z, 0-9, '-' and dots");
        });
    command->add_option("-t,--type", options->type, "rsa (2048 bits: everybody verifies it) or ed25519")
        ->check(CLI::IsMember({"rsa", "ed25519"}))
        ->capture_default_str();
    command->add_option("-o,--out", options->file,
                        "The file of the private key; DOMAIN.SELECTOR.TYPE.pem here");
    command->callback([&invocation, options] { invocation.run = [options] { return make_key(*options); }; });
}

}  // namespace paperround::daemon
