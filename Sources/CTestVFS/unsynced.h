#ifndef UNSYNCED_H
#define UNSYNCED_H

#include <sqlite3.h>
#include <stdint.h>

// What was written and not synced, of all files of a disk: what a power cut may take back.
typedef struct unsynced unsynced;

unsynced *unsynced_create(void);
void unsynced_destroy(unsynced *list);

// Writes through `file`, or cuts it to `offset` where `bytes` is NULL, and remembers what was there before. `path` is
// copied.
int unsynced_write(unsynced *list, const char *path, sqlite3_file *file, const void *bytes, int count, int64_t offset);

// All of this file is safe now.
void unsynced_forget(unsynced *list, const char *path);

// Takes back what a power cut takes: all of it with seed 0, else each write or not, as the seed has it. Nothing is
// written by anybody after it: the process must end.
void unsynced_take_back(unsynced *list, uint64_t seed);

#endif
