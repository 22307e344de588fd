/*
 * What Checkmk's agent for Windows lays down, for an MSI of tests that run under Wine: check_mk_agent.exe, which runs as the service, and cmk-agent-ctl.exe, its controller, by the name it is
 * started under. The real ones are not to be had here. Imitated, from "Monitoring Windows" and "Agent controller" (Checkmk documentation) and from the controller's source (cli.rs): the modes
 * status and dump of an agent that is not registered, which allows unencrypted pulls. Registering is not: Wine has no console to ask at (AgentRegistrarTests have the conversation).
 */
#include <windows.h>
#include <stdio.h>
#include <string.h>

#define DATA "C:\\ProgramData\\checkmk\\agent\\"

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

static int status(void)
{
    printf("{\"version\":\"2.3.0p1\",\"agent_socket_operational\":true,\"ip_allowlist\":[],\"allow_legacy_pull\":true,\"connections\":[]}\n");
    return 0;
}

/* What lies in the folder of local checks is run, and what it prints is sent on. */
static void run_local_checks(void)
{
    WIN32_FIND_DATAA found;
    HANDLE search = FindFirstFileA(DATA "local\\*.cmd", &found);
    if (search == INVALID_HANDLE_VALUE) return;
    do {
        char program[512], line[4096];
        snprintf(program, sizeof program, DATA "local\\%s", found.cFileName);
        FILE *output = _popen(program, "r");
        while (output && fgets(line, sizeof line, output)) fputs(line, stdout);
        if (output) _pclose(output);
    } while (FindNextFileA(search, &found));
    FindClose(search);
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
    for (char *name = strtok(list, ", "); name; name = strtok(NULL, ", ")) {
        printf("<<<%s>>>\n", name);
        if (strcmp(name, "local")) printf("1\n");
        else run_local_checks();
    }
    return 0;
}

int main(int count, char **given)
{
    const char *name = strrchr(given[0], '\\') ? strrchr(given[0], '\\') + 1 : given[0];
    if (!strncmp(name, "check_mk_agent", 14)) {
        SERVICE_TABLE_ENTRYA table[] = { { "CheckMkService", serve }, { NULL, NULL } };
        return StartServiceCtrlDispatcherA(table) ? 0 : 1;
    }
    if (count > 1 && !strcmp(given[1], "status")) return status();
    if (count > 1 && !strcmp(given[1], "dump")) return dump();
    fprintf(stderr, "error: unrecognized subcommand\n");
    return 2;
}
