/* The programs that the npm package systeminformation spawns, without asking any driver: lspci shows
 * 8 NVIDIA GPUs, nvidia-smi the 16 values of each that it asks for, any other shows nothing. */
#include <stdio.h>
#include <string.h>

static int is(const char *program, const char *name) {
    const char *slash = strrchr(program, '/');
    return strcmp(slash ? slash + 1 : program, name) == 0;
}

int main(int argc, char **argv) {
    (void)argc;
    for (int i = 0; i < 8; i++) {
        if (is(argv[0], "lspci"))
            printf("%02x:00.0 VGA compatible controller: NVIDIA Corporation AD102 [GeForce RTX 4090] (rev a1)\n", i + 1);
        if (is(argv[0], "nvidia-smi"))
            printf("580.95.05, 0x16F310DE, NVIDIA GeForce RTX 4090, 00000000:%02X:00.0, 30, 24564, %d, %d, %d, 20, %d, "
                   "[N/A], %d.25, 450.00, %d, 10501\n",
                   i + 1, 2000 + i, 22564 - i, 10 + i, 40 + i, 90 + i, 1500 + i);
    }
    return 0;
}
