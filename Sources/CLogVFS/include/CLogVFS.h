#ifndef CLOGVFS_H
#define CLOGVFS_H

/// The name of a file system for SQLite that passes everything on to the one called `parent`, the default one when that
/// is NULL, but gathers what is written to a write-ahead log and writes it in large pieces.
///
/// SQLite writes two small pieces for every changed page, and each costs a call into the kernel. A log is whole in its
/// file, as without this, before SQLite tells anybody of a commit: its last frame says that it is the last one.
/// Registered at the first call for that parent; NULL when there is no such parent, or no memory. May be called from any
/// thread; the answer is valid for ever.
const char *log_vfs_over(const char *parent);

#endif
