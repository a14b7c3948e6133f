/* Sends different messages through a number of SMTP sessions at a time, one message a connection.
   smtp-source(1) sends copies of one message only.
   Usage: send PORT SESSIONS SENDER RECIPIENT FILE... ; the files are RFC 5321 data: CRLF, dots doubled. */

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static void fail(const char *what) {
    perror(what);
    exit(1);
}

/* Write all of `data`, then read one reply, which must begin with `digit`. */
static void step(int server, const char *data, size_t size, char digit) {
    char reply[4096];
    size_t got = 0;
    while (size > 0) {
        ssize_t wrote = write(server, data, size);
        if (wrote < 0)
            fail("write");
        data += wrote, size -= (size_t)wrote;
    }
    do {
        ssize_t more = read(server, reply + got, sizeof reply - 1 - got);
        if (more <= 0)
            fail("read");
        got += (size_t)more;
        reply[got] = 0;
    } while (reply[got - 1] != '\n' || (got > 5 && strrchr(reply, '-') == reply + 3));
    if (reply[0] != digit) {
        fprintf(stderr, "unexpected reply: %s", reply);
        exit(1);
    }
}

static void send_file(const struct sockaddr_in *to, const char *sender, const char *recipient, const char *path) {
    char line[1024], *data = NULL;
    size_t size = 0;
    FILE *file = fopen(path, "rb");
    int server = socket(AF_INET, SOCK_STREAM, 0);
    if (!file || getdelim(&data, &size, -1, file) < 0)
        fail(path);
    size = (size_t)ftell(file);
    fclose(file);
    if (server < 0 || connect(server, (const struct sockaddr *)to, sizeof *to) < 0)
        fail("connect");
    step(server, "", 0, '2');
    step(server, "HELO bench.example\r\n", 20, '2');
    step(server, line, (size_t)snprintf(line, sizeof line, "MAIL FROM:<%s>\r\n", sender), '2');
    step(server, line, (size_t)snprintf(line, sizeof line, "RCPT TO:<%s>\r\n", recipient), '2');
    step(server, "DATA\r\n", 6, '3');
    step(server, data, size, '2');
    step(server, "QUIT\r\n", 6, '2');
    close(server);
    free(data);
}

int main(int count, char **arguments) {
    if (count < 6)
        return 64;
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(arguments[1]))};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int sessions = atoi(arguments[2]), status, worst = 0;
    for (int session = 0; session < sessions; session++) {
        pid_t child = fork();
        if (child < 0)
            fail("fork");
        if (child > 0)
            continue;
        for (int index = 5 + session; index < count; index += sessions)
            send_file(&to, arguments[3], arguments[4], arguments[index]);
        return 0;
    }
    while (wait(&status) > 0)
        worst |= status;
    return worst != 0;
}
