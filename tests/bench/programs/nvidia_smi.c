/* What nvidia-smi prints for 8 GPUs, without asking any driver: a lower bound for spawning it. */
#include <stdio.h>

int main(void) {
    for (int i = 0; i < 8; i++)
        printf("%d, NVIDIA GeForce RTX 4090, %d, %d, 24564, %d, %d.25, %d\n", i, 10 + i, 2000 + i, 40 + i, 90 + i,
               1500 + i);
    return 0;
}
