// Bounded duplicates depend on this: before the first octet of a body is sent, the disk knows that it may be.
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <functional>

#include "db/raw_sql.hpp"
#include "pipeline/fixture.hpp"
#include "support/disk/unreliable_disk.hpp"

using namespace paperround;
using namespace paperround::test;

namespace {

// A relay in this process, one connection at a time, that checks before it lets a body come: it calls
// `before_content` with the recipient after DATA was read and before 354 is sent.
class Witness {
  public:
    explicit Witness(std::function<void(const std::string&)> before_content)
        : before_content_(std::move(before_content)), listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* generic = reinterpret_cast<sockaddr*>(&address);
        if (::bind(listener_, generic, size) != 0 || ::listen(listener_, 8) != 0 ||
            ::getsockname(listener_, generic, &size) != 0) {
            throw std::runtime_error("no listener");
        }
        port_ = ntohs(address.sin_port);
        thread_ = std::jthread([this] { serve_all(); });
    }
    ~Witness() {
        ::shutdown(listener_, SHUT_RDWR);  // ends accept()
        thread_.join();
        ::close(listener_);
    }
    Witness(const Witness&) = delete;
    Witness& operator=(const Witness&) = delete;
    [[nodiscard]] std::uint16_t port() const { return port_; }

  private:
    void serve_all() {
        for (int client = 0; (client = ::accept(listener_, nullptr, nullptr)) >= 0; ::close(client)) {
            buffer_.clear();
            say(client, "220 witness");
            while (const auto line = read_line(client)) answer(client, *line);
        }
    }
    void answer(int client, const std::string& line) {
        const std::string verb = line.substr(0, 4);
        if (verb == "EHLO") return say(client, "250-witness\r\n250 PIPELINING");
        if (verb == "RCPT") recipient_ = line.substr(9, line.size() - 10);
        if (verb == "DATA") {
            before_content_(recipient_);
            say(client, "354 go on");
            for (auto text = read_line(client); text && *text != "."; text = read_line(client)) {
            }
        }
        say(client, "250 ok");
    }
    static void say(int client, const std::string& reply) {
        const std::string line = reply + "\r\n";
        [[maybe_unused]] const auto sent = ::send(client, line.data(), line.size(), MSG_NOSIGNAL);
    }
    std::optional<std::string> read_line(int client) {
        std::size_t end = 0;
        while ((end = buffer_.find("\r\n")) == std::string::npos) {
            std::array<char, 4096> octets{};
            const auto count = ::recv(client, octets.data(), octets.size(), 0);
            if (count <= 0) return std::nullopt;
            buffer_.append(octets.data(), static_cast<std::size_t>(count));
        }
        std::string line = buffer_.substr(0, end);
        buffer_.erase(0, end + 2);
        return line;
    }

    std::function<void(const std::string&)> before_content_;
    int listener_;
    std::uint16_t port_ = 0;
    std::string buffer_;
    std::string recipient_;
    std::jthread thread_;
};

}  // namespace

TEST_CASE("when a body may leave, the synced part of the disk says `sending` of its delivery") {
    constexpr int readers = 60;
    UnreliableDisk disk;
    PipelineFixture fixture;
    std::vector<std::string> states;
    Witness relay([&](const std::string& recipient) {
        const auto image = fixture.dir / fmt::format("image{}.db", states.size());
        disk.save_synced(fixture.settings.data_dir / "paperround.db", image);
        auto synced = db::Database::open(image);
        auto query = db::RawSql(synced).prepare("SELECT state FROM deliveries WHERE recipient = ?1");
        query.bind(1, recipient);
        const bool known = query.step();
        states.emplace_back(known ? queue::to_string(static_cast<queue::DeliveryState>(query.integer(0)))
                                  : "no row");
    });
    fixture.use_relay(relay.port());
    fixture.settings.doubt_window = 5;  // many commits for few deliveries
    fixture.subscribe(readers);
    fixture.run_once();
    CHECK(states == std::vector<std::string>(readers, "sending"));
    CHECK(fixture.progress().sent == readers);
}
