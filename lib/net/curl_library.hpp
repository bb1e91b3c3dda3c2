// Keeps libcurl initialised for as long as the object lives. libcurl counts initialisations itself, and since
// 7.84 does so thread-safely (on every platform with atomics), so each owner of curl handles has such a
// member.
#pragma once

namespace paperround::net {

class CurlLibrary {
  public:
    CurlLibrary();  // throws std::runtime_error if libcurl is unusable: a broken installation
    ~CurlLibrary();
    CurlLibrary(const CurlLibrary&) = delete;
    CurlLibrary& operator=(const CurlLibrary&) = delete;
};

}  // namespace paperround::net
