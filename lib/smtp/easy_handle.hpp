// Owns a handle of libcurl's easy interface. Used inside this library.
#pragma once

#include <curl/curl.h>

#include <memory>

namespace paperround::smtp {

struct EasyCleanup {
    void operator()(CURL* handle) const { ::curl_easy_cleanup(handle); }
};
using EasyHandle = std::unique_ptr<CURL, EasyCleanup>;

}  // namespace paperround::smtp
