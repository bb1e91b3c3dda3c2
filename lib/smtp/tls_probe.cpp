#include "smtp/tls_probe.hpp"

#include <curl/curl.h>
#include <fmt/format.h>

#include <memory>

#include "smtp/easy_handle.hpp"

namespace paperround::smtp {

namespace {

struct ListCleanup {
    void operator()(curl_slist* list) const { ::curl_slist_free_all(list); }
};

struct Probe {
    EasyHandle handle{::curl_easy_init()};
    const Interrupt& interrupt;

    [[nodiscard]] bool shook_hands() const {
        curl_off_t microseconds = 0;
        return ::curl_easy_getinfo(handle.get(), CURLINFO_APPCONNECT_TIME_T, &microseconds) == CURLE_OK &&
               microseconds > 0;
    }
};

std::string bracketed(const std::string& address) {
    return address.find(':') == std::string::npos ? address : '[' + address + ']';
}

int on_progress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    const auto& probe = *static_cast<Probe*>(self);
    return probe.shook_hands() || probe.interrupt.triggered() ? 1 : 0;
}

}  // namespace

bool takes_tls_first(const std::string& host, std::uint16_t port, const std::string& address,
                     Duration patience, const Interrupt& interrupt) {
    Probe probe{.interrupt = interrupt};
    CURL* const handle = probe.handle.get();
    if (handle == nullptr) return false;
    // Maps the relay's name to the silent address.
    const std::unique_ptr<curl_slist, ListCleanup> there(
        ::curl_slist_append(nullptr, fmt::format("::{}:{}", bracketed(address), port).c_str()));
    const std::string url = fmt::format("smtps://{}:{}/", bracketed(host), port);
    ::curl_easy_setopt(handle, CURLOPT_URL, url.c_str());
    ::curl_easy_setopt(handle, CURLOPT_CONNECT_TO, there.get());
    ::curl_easy_setopt(handle, CURLOPT_CONNECT_ONLY, 1L);
    ::curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    ::curl_easy_setopt(handle, CURLOPT_PROXY, "");
    ::curl_easy_setopt(handle, CURLOPT_SSL_VERIFYPEER, 0L);
    ::curl_easy_setopt(handle, CURLOPT_SSL_VERIFYHOST, 0L);
    ::curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(patience.count()));
    ::curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
    ::curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, &on_progress);
    ::curl_easy_setopt(handle, CURLOPT_XFERINFODATA, &probe);
    ::curl_easy_perform(handle);
    return probe.shook_hands();
}

}  // namespace paperround::smtp
