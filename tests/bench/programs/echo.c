/* Answers every line on stdin with the content of a file: the least that any program can do. */
#include <stdio.h>
#include <unistd.h>

static char answer[1 << 20], chunk[1 << 16];

static int write_answer(size_t size) {
    for (size_t done = 0; done < size;) {
        ssize_t written = write(1, answer + done, size - done);
        if (written < 0)
            return 0;
        done += (size_t)written;
    }
    return 1;
}

int main(int argc, char **argv) {
    FILE *file = argc == 2 ? fopen(argv[1], "r") : NULL;
    size_t size = file ? fread(answer, 1, sizeof answer, file) : 0;
    if (size == 0)
        return 1;
    for (ssize_t got; (got = read(0, chunk, sizeof chunk)) > 0;)
        for (ssize_t i = 0; i < got; i++)
            if (chunk[i] == '\n' && !write_answer(size))
                return 1;
    return 0;
}
