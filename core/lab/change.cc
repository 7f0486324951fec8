// SPDX-License-Identifier: MIT
#include "lab/change.h"

namespace mptcp::lab {
namespace {

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

Result<void> apply(const PathChange& change, PathSpec& path) {
  const bool reshapes = change.upload != ShapeChange{} || change.download != ShapeChange{};
  if (path.kind == PathKind::direct && reshapes) {
    return Error{ErrorKind::invalid_argument, 0,
                 "path " + path.name + " is direct: it can be up or down, but has no shape"};
  }
  apply(change.upload, path.upload);
  apply(change.download, path.download);
  if (change.link) path.link = *change.link;
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
