#include "support/mail_server.hpp"

#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <map>
#include <stdexcept>
#include <string_view>

#include "support/wait.hpp"

namespace paperround::test {

namespace {

// The parts of a text between each `mark` and the next `end`.
std::vector<std::string> after(std::string_view mark, char end, std::string_view text) {
    std::vector<std::string> found;
    for (auto at = text.find(mark); at != std::string_view::npos; at = text.find(mark, at)) {
        at += mark.size();
        found.emplace_back(text.substr(at, text.find(end, at) - at));
    }
    return found;
}

// Courier stores a message's envelope in a file C…, with a line r… for each recipient.
std::vector<std::string> in_courier_queue(const std::filesystem::path& folder) {
    std::vector<std::string> found;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        if (!entry.path().filename().string().starts_with('C')) continue;
        const auto recipients = after("\nr", '\n', slurp(entry.path()));
        found.insert(found.end(), recipients.begin(), recipients.end());
    }
    return found;
}

// A folder for each recipient, a file for each message.
std::vector<std::string> in_maildirs(const std::filesystem::path& folder) {
    std::vector<std::string> found;
    for (const auto& reader : std::filesystem::directory_iterator(folder)) {
        for (const auto& entry : std::filesystem::directory_iterator(reader.path() / "new")) {
            static_cast<void>(entry);
            found.push_back(reader.path().filename().string());
        }
    }
    return found;
}

}  // namespace

MailServer::MailServer(Product product, const Options& options) : product_(product), port_(free_port()) {
    if (::geteuid() != 0)
        throw std::runtime_error("the tests with whole mail servers need root: run ./dev test as root");
    static const std::map<Product, std::string> names{
        {Product::postfix, "postfix"},        {Product::exim, "exim"},
        {Product::opensmtpd, "opensmtpd"},    {Product::courier, "courier"},
        {Product::qpsmtpd, "qpsmtpd"},        {Product::haraka, "haraka"},
        {Product::dovecot, "dovecot"},        {Product::nginx, "nginx"},
        {Product::haproxy, "haproxy"},        {Product::mailbox, "mailbox"},
        {Product::post_office, "post_office"}};
    std::vector<std::string> argv{"unshare",
                                  "--mount",
                                  "--pid",
                                  "--fork",
                                  "--kill-child",
                                  python,
                                  server_script("mail_server.py"),
                                  names.at(product),
                                  "--port",
                                  std::to_string(port_),
                                  "--folder",
                                  folder_.path().string()};
    if (options.authority != nullptr) {
        argv.insert(argv.end(), {"--cert", options.authority->certificate().string(), "--key",
                                 options.authority->key().string()});
    }
    if (!options.refuse.empty()) argv.insert(argv.end(), {"--refuse", options.refuse});
    if (options.behind != 0) argv.insert(argv.end(), {"--behind", std::to_string(options.behind)});
    for (const std::string& setting : options.set) argv.insert(argv.end(), {"--set", setting});
    process_ = std::make_unique<Process>(argv);
    // Postfix creates its queue first.
    const bool up = eventually([&] { return listening(port_) || !process_->running(); });
    if (!up || !process_->running())
        throw std::runtime_error("a mail server did not start: " + process_->errors());
}

MailServer::~MailServer() {
    process_->signal(SIGKILL);
    [[maybe_unused]] const bool gone = eventually([this] { return !listening(port_); });
}

std::string MailServer::log() const {
    return process_->output() + process_->errors() + slurp(folder_ / "exim-mainlog");
}

std::size_t MailServer::taken() const {
    static const std::map<Product, std::string> marks{{Product::postfix, ": client=localhost["},
                                                      {Product::exim, " <= "},
                                                      {Product::opensmtpd, " smtp message msgid="}};
    const auto mark = marks.find(product_);
    return mark == marks.end() ? recipients().size() : count_of(mark->second, log());
}

std::vector<std::string> MailServer::recipients() const {
    switch (product_) {
        case Product::courier:
            return in_courier_queue(folder_ / "courier" / "tmp");
        case Product::qpsmtpd:
            return in_maildirs(folder_ / "maildir");
        case Product::haraka:
            return after("kept for <", '>', log());
        default:
            throw std::logic_error("who got mail is not known of this server");
    }
}

}  // namespace paperround::test
