// The yardstick "libcurl's own SMTP upload": N threads, each with one handle whose connection is kept open.
//
//   curl_upload PORT THREADS MESSAGES OCTETS
#include <curl/curl.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

namespace {

struct Upload {
    const std::string& message;
    std::size_t sent = 0;
};

std::size_t read_some(char* into, std::size_t size, std::size_t count, void* from) {
    auto& upload = *static_cast<Upload*>(from);
    const std::size_t octets = std::min(size * count, upload.message.size() - upload.sent);
    std::memcpy(into, upload.message.data() + upload.sent, octets);
    upload.sent += octets;
    return octets;
}

bool send_all(const std::string& url, const std::string& message, int messages) {
    CURL* handle = ::curl_easy_init();
    if (handle == nullptr) return false;
    curl_slist* recipients = ::curl_slist_append(nullptr, "reader@example.net");
    ::curl_easy_setopt(handle, CURLOPT_URL, url.c_str());
    ::curl_easy_setopt(handle, CURLOPT_PROXY, "");
    ::curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    ::curl_easy_setopt(handle, CURLOPT_MAIL_FROM, "bench@example.org");
    ::curl_easy_setopt(handle, CURLOPT_MAIL_RCPT, recipients);
    ::curl_easy_setopt(handle, CURLOPT_UPLOAD, 1L);
    ::curl_easy_setopt(handle, CURLOPT_READFUNCTION, &read_some);
    bool good = true;
    for (int i = 0; i < messages && good; ++i) {
        Upload upload{message};
        ::curl_easy_setopt(handle, CURLOPT_READDATA, &upload);
        const CURLcode code = ::curl_easy_perform(handle);
        good = code == CURLE_OK;
        if (!good) std::fprintf(stderr, "curl_upload: %s\n", ::curl_easy_strerror(code));
    }
    ::curl_slist_free_all(recipients);
    ::curl_easy_cleanup(handle);
    return good;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 5) return std::fprintf(stderr, "curl_upload PORT THREADS MESSAGES OCTETS\n"), 64;
    const std::string url = std::string("smtp://127.0.0.1:") + argv[1] + "/bench.example.org";
    const int threads = std::atoi(argv[2]);
    const int messages = std::atoi(argv[3]);
    std::string message = "Subject: bench\r\n\r\n";
    while (message.size() < static_cast<std::size_t>(std::atoi(argv[4])))
        message += std::string(70, 'x') + "\r\n";
    ::curl_global_init(CURL_GLOBAL_DEFAULT);
    std::atomic<bool> good = true;
    {
        std::vector<std::jthread> senders;
        for (int i = 0; i < threads; ++i) {
            const int share = messages / threads + (i < messages % threads ? 1 : 0);
            senders.emplace_back([&, share] {
                if (!send_all(url, message, share)) good = false;
            });
        }
    }
    return good ? 0 : 1;
}
