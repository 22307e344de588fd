/*
 * What Checkmk's agent for Windows lays down, for an MSI of tests that run under Wine: check_mk_agent.exe, which runs as the service, and cmk-agent-ctl.exe, its controller, by the name it is
 * started under. The real ones are not to be had here. Imitated, from "Monitoring Windows" and "Agent controller" (Checkmk documentation) and from the controller's source (cli.rs,
 * modes/registration.rs): the controller's modes register, status, dump and delete-all, its questions and where it reads their answers, and that a fresh agent allows unencrypted pulls.
 * What it would connect to stands in files: C:\rig\checkmk\server.pem is the certificate that the server shows, C:\rig\checkmk\password the one that it knows.
 */
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DATA "C:\\ProgramData\\checkmk\\agent\\"
#define SERVER "C:\\rig\\checkmk\\"

static SERVICE_STATUS_HANDLE service;
static HANDLE stopping;

static void tell(DWORD state)
{
    SERVICE_STATUS status = { SERVICE_WIN32_OWN_PROCESS, state, SERVICE_ACCEPT_STOP, 0, 0, 0, 0 };
    SetServiceStatus(service, &status);
}

static void WINAPI control(DWORD code) { if (code == SERVICE_CONTROL_STOP) SetEvent(stopping); }

static void WINAPI serve(DWORD count, char **names)
{
    (void)count; (void)names;
    stopping = CreateEventA(NULL, TRUE, FALSE, NULL);
    service = RegisterServiceCtrlHandlerA("CheckMkService", control);
    tell(SERVICE_RUNNING);
    WaitForSingleObject(stopping, INFINITE);
    tell(SERVICE_STOPPED);
}

static int read_file(const char *path, char *text, size_t size)
{
    FILE *file = fopen(path, "rb");
    if (!file) return 0;
    size_t count = fread(text, 1, size - 1, file);
    text[count] = 0;
    fclose(file);
    return 1;
}

static const char *option(int count, char **given, const char *name)
{
    for (int i = 2; i + 1 < count; i++) if (!strcmp(given[i], name)) return given[i + 1];
    return NULL;
}

/* rpassword's way: from the console, without echo, never from standard input. */
static int read_password(char *text, DWORD size)
{
    HANDLE console = CreateFileA("CONIN$", GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING, 0, NULL);
    DWORD count = 0;
    if (console == INVALID_HANDLE_VALUE) return 0;
    SetConsoleMode(console, ENABLE_LINE_INPUT | ENABLE_PROCESSED_INPUT);
    if (!ReadFile(console, text, size - 1, &count, NULL)) return 0;
    text[count] = 0;
    text[strcspn(text, "\r\n")] = 0;
    return 1;
}

static int enroll(int count, char **given)
{
    const char *host = option(count, given, "--hostname"), *server = option(count, given, "--server"), *site = option(count, given, "--site"), *user = option(count, given, "--user");
    char pem[8192], answer[16] = "", password[256], known[256], name[256];
    if (!host || !server || !site || !user) { fprintf(stderr, "error: the following required arguments were not provided\n"); return 2; }
    if (!read_file(SERVER "server.pem", pem, sizeof pem)) { fprintf(stderr, "ERROR Failed to connect to %s\n", server); return 1; }
    strncpy(name, server, sizeof name - 1);
    char *port = strchr(name, ':');
    if (port) *port++ = 0;
    fprintf(stderr, "Attempting to register at %s, port %s. Server certificate details:\n\nPEM-encoded certificate:\n%s\nIssued by:\n\tSite '%s' local CA\n\nDo you want to establish this connection? [Y/n]\n> ", name, port, pem, site);
    if (!fgets(answer, sizeof answer, stdin) || (answer[0] != 'y' && answer[0] != '\n')) { fprintf(stderr, "ERROR Cannot continue without trusting %s\n", server); return 1; }
    fprintf(stderr, "\nPassword for Checkmk user '%s':\n> ", user);
    if (!read_password(password, sizeof password)) { fprintf(stderr, "ERROR Failed to obtain API password\n"); return 1; }
    if (!read_file(SERVER "password", known, sizeof known) || strcmp(known, password)) { fprintf(stderr, "ERROR Error registering existing host at https://%s/%s: 401 Unauthorized\n", server, site); return 1; }
    FILE *file = fopen(DATA "registered_connections.json", "wb");
    if (!file) { fprintf(stderr, "ERROR cannot write\n"); return 1; }
    fprintf(file, "{\"site_id\":\"%s/%s\",\"receiver_port\":%s}", name, site, port ? port : "8000");
    fclose(file);
    printf("Registration complete.\n");
    return 0;
}

static int status(void)
{
    char connection[1024];
    int is = read_file(DATA "registered_connections.json", connection, sizeof connection);
    printf("{\"version\":\"2.3.0p1\",\"agent_socket_operational\":true,\"ip_allowlist\":[],\"allow_legacy_pull\":%s,\"connections\":[%s]}\n", is ? "false" : "true", is ? connection : "");
    return 0;
}

/* The sections that the user's configuration allows; without one, what an agent sends as it is delivered. */
static int dump(void)
{
    char text[8192] = "", *list;
    read_file(DATA "check_mk.user.yml", text, sizeof text);
    list = strstr(text, "sections: [");
    char *end = list ? strchr(list, ']') : NULL;
    if (!end) list = strdup("check_mk, uptime, ps, logwatch, local");
    else { *end = 0; list += 11; }
    for (char *name = strtok(list, ", "); name; name = strtok(NULL, ", "))
        printf("<<<%s>>>\n%s\n", name, strcmp(name, "local") ? "1" : "0 Windows_Updates - up to date");
    return 0;
}

int main(int count, char **given)
{
    const char *name = strrchr(given[0], '\\') ? strrchr(given[0], '\\') + 1 : given[0];
    if (!strncmp(name, "check_mk_agent", 14)) {
        SERVICE_TABLE_ENTRYA table[] = { { "CheckMkService", serve }, { NULL, NULL } };
        return StartServiceCtrlDispatcherA(table) ? 0 : 1;
    }
    if (count > 1 && !strcmp(given[1], "register")) return enroll(count, given);
    if (count > 1 && !strcmp(given[1], "status")) return status();
    if (count > 1 && !strcmp(given[1], "dump")) return dump();
    if (count > 1 && !strcmp(given[1], "delete-all")) { DeleteFileA(DATA "registered_connections.json"); return 0; }
    fprintf(stderr, "error: unrecognized subcommand\n");
    return 2;
}
