#define _GNU_SOURCE
#include "CFaultShim.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

enum { SLOTS = 64 };
static _Atomic int64_t *slots;

__attribute__((constructor)) static void open_control(void) {
    const char *path = getenv("FAULT_SHIM_CONTROL");
    if (path == NULL) return;
    int file = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC, 0);
    if (file < 0) return;
    void *memory = mmap(NULL, SLOTS * sizeof(int64_t), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (memory != MAP_FAILED) slots = memory;
    syscall(SYS_close, file);
}

/* ---- Points at which the process dies ---- */

/* Counts a passing; true when this is the one to die at. */
static int is_due(int point) {
    if (slots == NULL) return 0;
    atomic_fetch_add(&slots[FAULT_PASSED + point], 1);
    return atomic_load(&slots[FAULT_ARMED]) == point && atomic_fetch_sub(&slots[FAULT_COUNTDOWN], 1) == 1;
}

static void die(int point) {
    atomic_store(&slots[FAULT_HIT], point);
    syscall(SYS_kill, getpid(), SIGKILL);
    for (;;) pause();
}

static void pass(int point) {
    if (is_due(point)) die(point);
}

/* ---- The store's files ---- */

enum store_file { NOT_OURS, DATABASE, WRITE_AHEAD_LOG };

static enum store_file kind_of(int fd) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 8) return NOT_OURS;
    path[length] = 0;
    if (strcmp(path + length - 7, ".db-wal") == 0) return WRITE_AHEAD_LOG;
    if (strcmp(path + length - 3, ".db") == 0) return DATABASE;
    return NOT_OURS;
}

/* The error of this write or sync; 0 when it may go on. */
static int failure_of(int countdown) {
    if (atomic_load(&slots[countdown]) > 0 && atomic_fetch_sub(&slots[countdown], 1) == 1) {
        atomic_fetch_add(&slots[FAULT_FAILED], 1);
        return EIO;
    }
    if (countdown == FAULT_WRITE_COUNTDOWN && atomic_load(&slots[FAULT_DISK_IS_FULL]) != 0) {
        atomic_fetch_add(&slots[FAULT_FAILED], 1);
        return ENOSPC;
    }
    return 0;
}

static int sync_file(int fd, long call) {
    enum store_file kind = slots == NULL ? NOT_OURS : kind_of(fd);
    if (kind == NOT_OURS) return (int)syscall(call, fd);
    pass(kind == DATABASE ? POINT_CHECKPOINT_SYNC : POINT_LOG_SYNC);
    int64_t delay = atomic_load(&slots[FAULT_SYNC_MICROSECONDS]);
    if (delay > 0) {
        atomic_fetch_add(&slots[FAULT_SLOWED], 1);
        usleep((useconds_t)delay);
    }
    int error = failure_of(FAULT_SYNC_COUNTDOWN);
    if (error != 0) {
        errno = error;
        return -1;
    }
    int result = (int)syscall(call, fd);
    if (kind == WRITE_AHEAD_LOG && result == 0) pass(POINT_LOG_SYNCED);
    return result;
}

int fdatasync(int fd) { return sync_file(fd, SYS_fdatasync); }
int fsync(int fd) { return sync_file(fd, SYS_fsync); }

ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t offset) {
    enum store_file kind = slots == NULL ? NOT_OURS : kind_of(fd);
    if (kind != NOT_OURS) {
        pass(kind == DATABASE ? POINT_CHECKPOINT_WRITE : POINT_LOG_WRITE);
        int error = failure_of(FAULT_WRITE_COUNTDOWN);
        if (error == ENOSPC && count > 1) {
            /* A disk that fills up takes a part of it first. */
            syscall(SYS_pwrite64, fd, bytes, count / 2, offset);
        }
        if (error != 0) {
            errno = error;
            return -1;
        }
    }
    return syscall(SYS_pwrite64, fd, bytes, count, offset);
}

/* ---- What goes to the broker and comes from it ---- */

enum { CLASS_BASIC = 60, METHOD_PUBLISH = 40, METHOD_DELIVER = 60, METHOD_ACK = 80 };

/* The method of class basic with which these bytes begin; 0 for anything else. */
static int method_of(const void *bytes, size_t count) {
    const unsigned char *frame = bytes;
    if (slots == NULL || count < 12 || frame[0] != 1) return 0;
    int class = frame[7] << 8 | frame[8];
    return class == CLASS_BASIC ? frame[9] << 8 | frame[10] : 0;
}

ssize_t send(int fd, const void *bytes, size_t count, int flags) {
    int method = method_of(bytes, count);
    int before = method == METHOD_PUBLISH ? POINT_PUBLISH : method == METHOD_ACK ? POINT_ACKNOWLEDGE : 0;
    if (before == 0) return syscall(SYS_sendto, fd, bytes, count, flags, NULL, 0);
    pass(before);
    if (is_due(before + 1)) {
        syscall(SYS_sendto, fd, bytes, count / 2, flags & ~MSG_MORE, NULL, 0);
        die(before + 1);
    }
    ssize_t result = syscall(SYS_sendto, fd, bytes, count, flags, NULL, 0);
    pass(before + 2);
    return result;
}

/* How many bytes the frame takes with which these bytes begin; 0 for none, as in the middle of a long one. */
static size_t frame_length(const unsigned char *frame, size_t count) {
    if (count < 8 || frame[0] < 1 || frame[0] > 8) return 0;
    size_t length = 8 + ((size_t)frame[3] << 24 | (size_t)frame[4] << 16 | (size_t)frame[5] << 8 | frame[6]);
    return length > count || frame[length - 1] == 0xCE ? length : 0;
}

/* A broker answers that it has a consumer and hands out messages in one piece, and messages and confirms likewise. */
ssize_t recv(int fd, void *bytes, size_t count, int flags) {
    ssize_t result = syscall(SYS_recvfrom, fd, bytes, count, flags, NULL, NULL);
    if (slots == NULL || result <= 0) return result;
    const unsigned char *frame = bytes;
    size_t left = (size_t)result, length;
    while ((length = frame_length(frame, left)) > 0) {
        int method = method_of(frame, left);
        if (method == METHOD_DELIVER) pass(POINT_DELIVERED);
        if (method == METHOD_ACK) pass(POINT_CONFIRMED);
        if (length >= left) break;
        frame += length;
        left -= length;
    }
    return result;
}

/* ---- The wall clock; the others go on as they do ---- */

static int64_t step(void) {
    if (slots == NULL) return 0;
    int64_t seconds = atomic_load(&slots[FAULT_CLOCK_SECONDS]);
    atomic_store(&slots[FAULT_CLOCK_TOLD], seconds);
    return seconds;
}

int clock_gettime(clockid_t clock, struct timespec *time) {
    int result = (int)syscall(SYS_clock_gettime, clock, time);
    if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) time->tv_sec += step();
    return result;
}

int gettimeofday(struct timeval *restrict time, void *restrict zone) {
    int result = (int)syscall(SYS_gettimeofday, time, zone);
    if (result == 0) time->tv_sec += step();
    return result;
}

time_t time(time_t *destination) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (destination != NULL) *destination = now.tv_sec;
    return now.tv_sec;
}
