#include "base/address/host_name.hpp"
#include "base/mutex.hpp"

#include <netdb.h>
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <memory>
#include <thread>

namespace paperround {

namespace {

using Steady = std::chrono::steady_clock;

// A working name server answers within moments; for one that is down libc would wait a minute or longer.
constexpr auto patience = std::chrono::seconds(2);

// A question to the resolver, shared by the caller and the thread that waits for the answer. That thread ends
// by itself, however late the answer comes.
struct Question {
    const Steady::time_point asked = Steady::now();
    Mutex mutex;
    std::condition_variable answered;
    bool is_answered GUARDED_BY(mutex) = false;
    std::string name GUARDED_BY(mutex);  // empty: no canonical name
};

std::string canonical_name(const std::string& name) {
    addrinfo hints{};
    hints.ai_flags = AI_CANONNAME;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (::getaddrinfo(name.c_str(), nullptr, &hints, &found) != 0) return {};
    const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owned(found, ::freeaddrinfo);
    return found->ai_canonname != nullptr ? found->ai_canonname : std::string{};
}

std::shared_ptr<Question> ask(const std::string& name) {
    auto question = std::make_shared<Question>();
    std::thread([question, name] {
        std::string found = canonical_name(name);
        const Lock lock(question->mutex);
        question->name = std::move(found);
        question->is_answered = true;
        question->answered.notify_all();
    }).detach();
    return question;
}

// Reuses the last question; asks again only if its answer was that there is no name.
std::shared_ptr<Question> question_about(const std::string& name) {
    static Mutex mutex;
    static std::shared_ptr<Question> last GUARDED_BY(mutex);
    const Lock lock(mutex);
    const auto in_vain = [](Question& question) {
        const Lock answer(question.mutex);
        return question.is_answered && question.name.empty();
    };
    if (!last || in_vain(*last)) last = ask(name);
    return last;
}

}  // namespace

std::string full_host_name() {
    char buffer[256] = {};
    if (::gethostname(buffer, sizeof buffer - 1) != 0 || buffer[0] == '\0') return "localhost";
    std::string short_name = buffer;
    if (short_name.find('.') != std::string::npos) return short_name;
    const auto asked = question_about(short_name);
    Question& question = *asked;
    Lock lock(question.mutex);
    question.answered.wait_until(lock.native(), question.asked + patience,
                                 [&question]() REQUIRES(question.mutex) { return question.is_answered; });
    return question.name.empty() ? short_name : question.name;
}

}  // namespace paperround
