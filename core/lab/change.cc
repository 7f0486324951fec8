// SPDX-License-Identifier: MIT
#include "lab/change.h"

#include "lab/quantities.h"

namespace mptcp::lab {
namespace {

using namespace std::chrono_literals;

Error wrong(const PathSpec& path, const char* what) {
  const auto name = path.name.empty() ? "" : path.name + " ";
  return {ErrorKind::invalid_argument, 0, "path " + name + what};
}

// Calls visit(member of Shape, member of ShapeChange) for each property.
template <class Visit>
void for_each_property(Visit visit) {
  visit(&Shape::rate, &ShapeChange::rate);
  visit(&Shape::delay, &ShapeChange::delay);
  visit(&Shape::jitter, &ShapeChange::jitter);
  visit(&Shape::loss, &ShapeChange::loss);
  visit(&Shape::reorder, &ShapeChange::reorder);
  visit(&Shape::duplicate, &ShapeChange::duplicate);
  visit(&Shape::queue, &ShapeChange::queue);
  visit(&Shape::silent, &ShapeChange::silent);
  visit(&Shape::strip, &ShapeChange::strip);
  visit(&Shape::block, &ShapeChange::block);
}

void apply(const ShapeChange& change, Shape& shape) {
  for_each_property([&](auto property, auto changed) {
    if (change.*changed) shape.*property = *(change.*changed);
  });
}

ShapeChange change_from_default(const Shape& shape) {
  const Shape plain;
  ShapeChange change;
  for_each_property([&](auto property, auto changed) {
    if (shape.*property != plain.*property) change.*changed = shape.*property;
  });
  return change;
}

}  // namespace

Result<void> check(const PathSpec& path) {
  const bool is_plain = path.upload == Shape{} && path.download == Shape{};
  if (path.kind == PathKind::direct && !is_plain) {
    return wrong(path, "is direct: it can be up or down, but has no shape");
  }
  for (const auto* shape : {&path.upload, &path.download}) {
    for (double share : {shape->loss, shape->reorder, shape->duplicate}) {
      if (!(share >= 0 && share <= 1)) return wrong(path, "has a share outside 0 to 1");
    }
    for (auto time : {shape->delay, shape->jitter}) {
      if (time < 0ns || time > longest_time) return wrong(path, "has a time outside 0 to 60 s");
    }
    const auto* queue =
        shape->queue ? std::get_if<std::chrono::nanoseconds>(&*shape->queue) : nullptr;
    if (queue && (*queue < 0ns || *queue > longest_time)) {
      return wrong(path, "has a queue outside 0 to 60 s");
    }
    if (shape->rate > highest_rate) return wrong(path, "has a rate above 100 Gbit/s");
  }
  return {};
}

Result<void> apply(const PathChange& change, PathSpec& path) {
  PathSpec changed = path;
  apply(change.upload, changed.upload);
  apply(change.download, changed.download);
  if (change.link) changed.link = *change.link;
  if (auto fine = check(changed); !fine) return fine;
  path = std::move(changed);
  return {};
}

PathChange change_from_default(const PathSpec& path) {
  PathChange change;
  change.upload = change_from_default(path.upload);
  change.download = change_from_default(path.download);
  if (path.link != LinkState::up) change.link = path.link;
  return change;
}

}  // namespace mptcp::lab
