// The numbers of a list's items, as <ol> and <li> say them. For this library's sources only. Pure.
#pragma once

#include <gumbo.h>

#include <string>

namespace paperround::email {

class ListNumbers {
  public:
    // `list`: a <ul> or an <ol>.
    explicit ListNumbers(const GumboNode& list);
    // "3. ", "c. ", "iii. " or "- ".
    [[nodiscard]] std::string next(const GumboNode& item);

  private:
    bool numbered_;
    char type_ = '1';
    long next_ = 1;
    long step_ = 1;
};

}  // namespace paperround::email
