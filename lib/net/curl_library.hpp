// Keeps libcurl initialised for as long as the object lives. libcurl counts initialisations itself, and
// since 7.84 does so thread-safely (on every platform with atomics), so each owner of curl handles simply
// holds one of these.
#pragma once

namespace paperround::net {

class CurlLibrary {
  public:
    CurlLibrary();  // throws std::runtime_error where libcurl is unusable: a broken installation
    ~CurlLibrary();
    CurlLibrary(const CurlLibrary&) = delete;
    CurlLibrary& operator=(const CurlLibrary&) = delete;
};

}  // namespace paperround::net
