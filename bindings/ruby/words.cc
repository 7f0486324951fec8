// SPDX-License-Identifier: MIT
#include "words.h"

#include "boundary.h"

namespace mptcp::ruby {
namespace {

// Words of enums that need none in C++.
constexpr const char* fallback_words[] = {"allowed", "refused"};
constexpr const char* priority_words[] = {"regular", "backup"};
constexpr const char* last_words[] = {"keep", "may_close"};
constexpr const char* scope_words[] = {"added", "namespace"};
constexpr const char* path_words[] = {"wire", "direct"};
constexpr const char* link_words[] = {"up", "down"};

template <class E, std::size_t size>
void intern(const char* const (&words)[size]) {
  static_assert(size == Words<E>::count);
  for (std::size_t i = 0; i < size; ++i) Words<E>::ids[i] = rb_intern(words[i]);
}

template <class E>
void intern() {
  for (std::size_t i = 0; i < Words<E>::count; ++i) {
    const std::string_view word = name(static_cast<E>(i));
    Words<E>::ids[i] = rb_intern2(word.data(), static_cast<long>(word.size()));
  }
}

}  // namespace

std::size_t find_word(VALUE word, const char* what, const ID* ids, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    if (word == ID2SYM(ids[i])) return i;
  }
  const VALUE message = rb_sprintf("%s is", what);
  for (std::size_t i = 0; i < count; ++i) {
    rb_str_catf(message, "%s :%s", i == 0 ? "" : i + 1 == count ? " or" : ",", rb_id2name(ids[i]));
  }
  rb_str_catf(message, ", not %+" PRIsVALUE, word);
  refuse("%" PRIsVALUE, message);
}

void define_words() {
  intern<Fallback>(fallback_words);
  intern<Priority>(priority_words);
  intern<LastSubflow>(last_words);
  intern<Scope>(scope_words);
  intern<PathKind>(path_words);
  intern<LinkState>(link_words);
  intern<Transport>();
  intern<Status>();
  intern<TcpState>();
  intern<Capability>();
  intern<PathManager>();
  intern<EventKind>();
  intern<EventOrigin>();
}

}  // namespace mptcp::ruby
