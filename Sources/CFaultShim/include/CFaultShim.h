#ifndef C_FAULT_SHIM_H
#define C_FAULT_SHIM_H

/* Faults for an unchanged program: loaded before it (LD_PRELOAD), this library stands between it and the kernel.
 *
 * What is to go wrong stands in a file of 64 numbers of 64 bits, which the environment variable FAULT_SHIM_CONTROL names
 * and which both sides have mapped. Without it nothing changes. Only files that end in ".db" and ".db-wal" are concerned
 * by faults of a disk. */

enum fault_slot {
    FAULT_ARMED = 0,         /* the point at which the process is to be killed; 0: none */
    FAULT_COUNTDOWN = 1,     /* at which passing of it, from 1 */
    FAULT_HIT = 2,           /* the point that has killed it */
    FAULT_CLOCK_SECONDS = 3, /* added to the wall clock */
    FAULT_SYNC_MICROSECONDS = 4,  /* how much longer each sync takes */
    FAULT_DISK_IS_FULL = 5,  /* 1: nothing more can be written */
    FAULT_WRITE_COUNTDOWN = 6,    /* the n-th write fails, once; 0: none */
    FAULT_SYNC_COUNTDOWN = 7,     /* the n-th sync fails, once; 0: none */
    FAULT_FAILED = 8,        /* how many writes and syncs were made to fail */
    FAULT_SLOWED = 9,        /* how many syncs were made to take longer */
    FAULT_CLOCK_TOLD = 10,   /* what was added to the wall clock when it was last asked */
    FAULT_PASSED = 16        /* how often each point was passed: FAULT_PASSED + point */
};

enum fault_point {
    POINT_LOG_WRITE = 1,        /* before a page goes to the log */
    POINT_LOG_SYNC = 2,         /* the transaction is written, not yet durable */
    POINT_LOG_SYNCED = 3,       /* committed; nothing acknowledged, nothing published */
    POINT_CHECKPOINT_WRITE = 4, /* while the log is copied into the database */
    POINT_CHECKPOINT_SYNC = 5,
    POINT_DELIVERED = 6,        /* a delivery has been read, nothing is decided */
    POINT_CONFIRMED = 7,        /* the broker has the message, the outbox does not know yet */
    POINT_PUBLISH = 8,
    POINT_PUBLISH_HALF = 9,     /* half of the frame is on its way */
    POINT_PUBLISHED = 10,
    POINT_ACKNOWLEDGE = 11,
    POINT_ACKNOWLEDGE_HALF = 12,
    POINT_ACKNOWLEDGED = 13,
    POINT_LAST = 13
};

#endif
