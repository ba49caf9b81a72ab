/* A disk that fails as it is told, for the calls that a log makes on its files (*.lf), and the store
 * on its database (*.db, *.db-wal).
 *
 * Loaded by LD_PRELOAD. The file that FAULTY_DISK names holds lines "CALL FAULT NUMBER":
 *   CALL    fsync, pwrite, posix_fallocate: of the log; db_pwrite: of the database
 *   FAULT   fail ERRNO | wait MILLISECONDS | short BYTES (pwrite takes no more)
 *           keep 0 (fsync copies the file to its name with ".synced": what survives power loss)
 *           note 0 (fsync and pwrite add what they did to the file that DISK_NOTES names)
 *           kill N (the process is killed in the middle of its N-th write)
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static int ends_with(const char *path, const char *end) {
    size_t length = strlen(path), tail = strlen(end);
    return length >= tail && strcmp(path + length - tail, end) == 0;
}

static int name_of(int descriptor, char *path, size_t size) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, size - 1);
    if (length < 3) return 0;
    path[length] = 0;
    return 1;
}

static int is_log(int descriptor, char *path, size_t size) {
    return name_of(descriptor, path, size) && ends_with(path, ".lf");
}

static int is_database(int descriptor, char *path, size_t size) {
    return name_of(descriptor, path, size) && (ends_with(path, ".db") || ends_with(path, ".db-wal"));
}

static long fault(const char *call, const char *kind) {
    const char *control = getenv("FAULTY_DISK");
    FILE *file = control ? fopen(control, "r") : NULL;
    char found[32], what[32];
    long number, result = -1;
    if (!file) return -1;
    while (fscanf(file, "%31s %31s %ld", found, what, &number) == 3)
        if (!strcmp(found, call) && !strcmp(what, kind)) result = number;
    fclose(file);
    return result;
}

static int failed(const char *call) {
    long milliseconds = fault(call, "wait");
    for (; milliseconds > 0; milliseconds -= 5) {
        usleep(5000);
        if (fault(call, "wait") < 0) break;
    }
    long code = fault(call, "fail");
    return code > 0 ? (int)code : 0;
}

static void note(const char *call, long at, long size, int code) {
    const char *notes = getenv("DISK_NOTES");
    if (!notes || fault(call, "note") < 0) return;
    FILE *file = fopen(notes, "a");
    fprintf(file, "%s %ld %ld %d\n", call, at, size, code);
    fclose(file);
}

static void keep_copy(int descriptor, const char *path) {
    char target[4200], buffer[65536];
    snprintf(target, sizeof target, "%s.synced", path);
    int copy = open(target, O_CREAT | O_TRUNC | O_WRONLY, 0600);
    off_t at = 0;
    ssize_t got;
    while ((got = pread(descriptor, buffer, sizeof buffer, at)) > 0) {
        if (write(copy, buffer, got) != got) abort();
        at += got;
    }
    close(copy);
}

int fsync(int descriptor) {
    static int (*real)(int);
    char path[4096];
    if (!real) real = dlsym(RTLD_NEXT, "fsync");
    if (is_log(descriptor, path, sizeof path)) {
        int code = failed("fsync");
        note("fsync", 0, 0, code);
        if (code) { errno = code; return -1; }
        if (fault("fsync", "keep") >= 0) keep_copy(descriptor, path);
    }
    return real(descriptor);
}

ssize_t pwrite64(int descriptor, const void *data, size_t size, off64_t at) {
    static ssize_t (*real)(int, const void *, size_t, off64_t);
    char path[4096];
    if (!real) real = dlsym(RTLD_NEXT, "pwrite64");
    if (is_log(descriptor, path, sizeof path)) {
        int code = failed("pwrite");
        if (code) { errno = code; return -1; }
        long most = fault("pwrite", "short");
        if (most > 0 && (size_t)most < size) size = most;
        note("pwrite", at, size, 0);
    } else if (is_database(descriptor, path, sizeof path)) {
        static long written;
        static pid_t counted;
        if (counted != getpid()) { counted = getpid(); written = 0; }
        if (++written == fault("db_pwrite", "kill")) {
            real(descriptor, data, size / 2, at);
            kill(getpid(), SIGKILL);
        }
    }
    return real(descriptor, data, size, at);
}

ssize_t pwrite(int descriptor, const void *data, size_t size, off_t at) {
    return pwrite64(descriptor, data, size, at);
}

int posix_fallocate64(int descriptor, off64_t start, off64_t size) {
    static int (*real)(int, off64_t, off64_t);
    char path[4096];
    if (!real) real = dlsym(RTLD_NEXT, "posix_fallocate64");
    if (is_log(descriptor, path, sizeof path)) {
        int code = failed("posix_fallocate");
        if (code) return code;
    }
    return real(descriptor, start, size);
}

int posix_fallocate(int descriptor, off_t start, off_t size) {
    return posix_fallocate64(descriptor, start, size);
}
