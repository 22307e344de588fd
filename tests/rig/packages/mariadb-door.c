/*
 * A Windows door to Debian's MariaDB, for payloads of tests that run under Wine: mariadbd.exe and mariadb-install-db.exe, by the name it is started under. What is behind it is the
 * real server with its real tables; what it imitates is how the Windows one is started ("mariadbd --install" and "mariadb-install-db.exe", MariaDB documentation): as a service named by
 * its last argument, by --defaults-file, by --bootstrap with SQL on standard input, on paths of Windows.
 *
 * Wine starts a Linux program but waits for none: a script writes the exit code into a file, and the door looks for it.
 */
#include <winsock2.h>
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char scratch[MAX_PATH];
static SERVICE_STATUS_HANDLE service;
static HANDLE stopping;

static void die(const char *what) { fprintf(stderr, "door: %s (%lu)\n", what, GetLastError()); exit(9); }

/* C:\x or C:/x to where Wine keeps it; the drive's root exists, the rest perhaps not yet. */
static void to_linux(const char *path, char *result, size_t size)
{
    char *(CDECL *name_of)(LPCWSTR) = (void *)GetProcAddress(GetModuleHandleA("kernel32"), "wine_get_unix_file_name");
    WCHAR root[] = L"C:\\";
    root[0] = path[0];
    if (!name_of) die("this is not Wine");
    snprintf(result, size, "%s/%s", name_of(root), path + 3);
    for (char *c = result; *c; c++) if (*c == '\\') *c = '/';
}

static void scratch_file(const char *name, char *result) { snprintf(result, MAX_PATH, "%s\\%s-%lu", scratch, name, GetCurrentProcessId()); }

static void copy(FILE *from, FILE *to)
{
    char buffer[4096];
    for (size_t n; (n = fread(buffer, 1, sizeof buffer, from)) > 0;) fwrite(buffer, 1, n, to);
    fflush(to);
}

/* Starts a shell script; its exit code will stand in the file `done`. Its streams are files by name: what Wine hands on would be the streams of whoever started the first program of the prefix. */
static void start(const char *script, const char *done, const char *input, const char *output)
{
    char file[MAX_PATH], line[MAX_PATH * 2], unix_script[MAX_PATH], unix_done[MAX_PATH], unix_input[MAX_PATH] = "/dev/null", unix_output[MAX_PATH];
    STARTUPINFOA info = { .cb = sizeof info };
    PROCESS_INFORMATION process = { 0 };
    scratch_file("script", file);
    to_linux(file, unix_script, sizeof unix_script);
    to_linux(done, unix_done, sizeof unix_done);
    to_linux(output, unix_output, sizeof unix_output);
    if (input) to_linux(input, unix_input, sizeof unix_input);
    FILE *text = fopen(file, "wb");
    if (!text) die(file);
    fprintf(text, "( %s ) < '%s' > '%s' 2>&1\necho $? > '%s.half'; mv '%s.half' '%s'\n", script, unix_input, unix_output, unix_done, unix_done, unix_done);
    fclose(text);
    DeleteFileA(done);
    snprintf(line, sizeof line, "sh %s", unix_script);
    if (!CreateProcessA("Z:\\bin\\sh", line, NULL, NULL, FALSE, 0, NULL, NULL, &info, &process)) die("cannot start /bin/sh");
}

static int finished(const char *done)
{
    int code = -1;
    FILE *file = fopen(done, "r");
    if (!file) return -1;
    if (fscanf(file, "%d", &code) != 1) code = 9;
    fclose(file);
    return code;
}

/* Runs a script to its end, with this program's streams. */
static int run(const char *script)
{
    char done[MAX_PATH], input[MAX_PATH], output[MAX_PATH];
    int code;
    scratch_file("done", done); scratch_file("input", input); scratch_file("output", output);
    FILE *given = fopen(input, "wb");
    if (GetFileType(GetStdHandle(STD_INPUT_HANDLE)) != FILE_TYPE_CHAR) copy(stdin, given);
    fclose(given);
    start(script, done, input, output);
    while ((code = finished(done)) < 0) Sleep(20);
    FILE *said = fopen(output, "rb");
    if (said) { copy(said, stdout); fclose(said); }
    DeleteFileA(done); DeleteFileA(input); DeleteFileA(output);
    return code;
}

/* The server's options with Linux paths; basedir is Debian's own. */
static void options(int count, char **given, char *result, size_t size)
{
    char path[MAX_PATH];
    for (int i = 0; i < count; i++) {
        size_t used = strlen(result);
        if (!strncmp(given[i], "--basedir=", 10)) continue;
        if (!strncmp(given[i], "--datadir=", 10)) {
            to_linux(given[i] + 10, path, sizeof path);
            snprintf(result + used, size - used, " '--datadir=%s'", path);
        } else snprintf(result + used, size - used, " '%s'", given[i]);
    }
}

/* Our own configuration file with Linux paths; returns the server's port. */
static int translate(const char *from, const char *to)
{
    char line[1024], path[MAX_PATH];
    int port = 3306, in_server = 0;
    FILE *in = fopen(from, "r"), *out = fopen(to, "wb");
    if (!in || !out) die(from);
    while (fgets(line, sizeof line, in)) {
        line[strcspn(line, "\r\n")] = 0;
        if (line[0] == '[') in_server = !strcmp(line, "[mariadbd]");
        if (!strncmp(line, "basedir=", 8)) continue;
        if (in_server) sscanf(line, "port=%d", &port);
        if (!strncmp(line, "datadir=", 8)) {
            to_linux(line + 8, path, sizeof path);
            fprintf(out, "datadir=%s\nsocket=%s/door.sock\nlog-error=%s/door.err\n", path, path, path);
        } else fprintf(out, "%s\n", line);
        if (!strcmp(line, "[mariadbd]")) fprintf(out, "user=root\n");
    }
    fclose(in); fclose(out);
    return port;
}

static int answers(int port)
{
    struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(port) };
    SOCKET s = socket(AF_INET, SOCK_STREAM, 0);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int is = connect(s, (struct sockaddr *)&to, sizeof to) == 0;
    closesocket(s);
    return is;
}

static void tell(DWORD state, DWORD error)
{
    SERVICE_STATUS status = { SERVICE_WIN32_OWN_PROCESS, state, state == SERVICE_RUNNING ? SERVICE_ACCEPT_STOP : 0, error, 0, 0, 60000 };
    SetServiceStatus(service, &status);
}

static void WINAPI control(DWORD code) { if (code == SERVICE_CONTROL_STOP) { tell(SERVICE_STOP_PENDING, 0); SetEvent(stopping); } }

static const char *defaults_file;
static const char *service_name;

static void WINAPI serve(DWORD count, char **names)
{
    char configuration[MAX_PATH], unix_configuration[MAX_PATH], done[MAX_PATH], stopped[MAX_PATH], output[MAX_PATH], pid[MAX_PATH], script[MAX_PATH * 3];
    int code = -1, told = 0;
    (void)count; (void)names;
    service = RegisterServiceCtrlHandlerA(service_name, control);
    tell(SERVICE_START_PENDING, 0);
    scratch_file("my.cnf", configuration); scratch_file("done", done); scratch_file("output", output); scratch_file("stopped", stopped);
    to_linux(configuration, unix_configuration, sizeof unix_configuration);
    snprintf(pid, sizeof pid, "%s.pid", unix_configuration);
    int port = translate(defaults_file, configuration);
    /* In a subshell $$ is its parent's. */
    snprintf(script, sizeof script, "exec sh -c 'echo $$ > \"%s\"; exec /usr/sbin/mariadbd \"--defaults-file=%s\"'", pid, unix_configuration);
    start(script, done, NULL, output);
    while ((code = finished(done)) < 0 && WaitForSingleObject(stopping, 100) == WAIT_TIMEOUT)
        if (!told && answers(port)) { tell(SERVICE_RUNNING, 0); told = 1; }
    if (code < 0) {
        snprintf(script, sizeof script, "kill $(cat '%s')", pid);
        start(script, stopped, NULL, output);
        while (finished(done) < 0) Sleep(50);
    }
    tell(SERVICE_STOPPED, code > 0 ? ERROR_PROCESS_ABORTED : 0);
}

int main(int count, char **given)
{
    char script[8192] = "", path[MAX_PATH];
    WSADATA sockets;
    const char *name = strrchr(given[0], '\\') ? strrchr(given[0], '\\') + 1 : given[0];
    WSAStartup(MAKEWORD(2, 2), &sockets);
    strcpy(scratch, "C:\\rig\\mariadb");
    CreateDirectoryA(scratch, NULL);

    if (!strncmp(name, "mariadb-install-db", 18)) {
        if (count != 2 || strncmp(given[1], "--datadir=", 10)) die("one argument: --datadir");
        WIN32_FIND_DATAA found;
        snprintf(path, sizeof path, "%s\\mysql", given[1] + 10);
        if (FindFirstFileA(path, &found) != INVALID_HANDLE_VALUE) die("the data directory is not empty");
        to_linux(given[1] + 10, path, sizeof path);
        snprintf(script, sizeof script, "mkdir -p '%s' && /usr/bin/mariadb-install-db --no-defaults '--datadir=%s' --user=root --auth-root-authentication-method=normal --skip-test-db && echo '[mysqld]' > '%s/my.ini'", path, path, path);
        return run(script);
    }

    if (count == 3 && !strncmp(given[1], "--defaults-file=", 16)) {
        SERVICE_TABLE_ENTRYA table[] = { { given[2], serve }, { NULL, NULL } };
        defaults_file = given[1] + 16; service_name = given[2];
        stopping = CreateEventA(NULL, TRUE, FALSE, NULL);
        return StartServiceCtrlDispatcherA(table) ? 0 : 1;
    }

    strcpy(script, "exec /usr/sbin/mariadbd");
    options(count - 1, given + 1, script, sizeof script);
    if (count > 2) strcat(script, " --user=root");
    return run(script);
}
