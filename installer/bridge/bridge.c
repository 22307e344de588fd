/*
 * The MSI's only custom action. An executable as an action has no voice: it can neither show progress nor be cancelled, give a reason or ask for a restart. This library can, and does no more than
 * that: it checks the drives before anything is copied, runs gwctl in a job object, and hands what gwctl says - lines of JSON - to Windows Installer.
 *
 *   CheckDrives    immediate, before costing: a missing drive would otherwise end there without a word
 *   Apply          deferred: gwctl installer apply
 *   Undo           rollback, before Apply: gwctl installer undo, which copes with half-done work
 *   Remove         deferred, at uninstallation: gwctl installer remove
 *   AskForRestart  immediate, after InstallFinalize: deferred actions may not ask
 *
 * CustomActionData of the deferred ones: gwctl.exe|manifest|overlay|msi. Debian: x86_64-w64-mingw32-gcc -shared -lmsi.
 */
#include <windows.h>
#include <msi.h>
#include <msiquery.h>
#include <stdio.h>
#include <wchar.h>

#define KEY L"SOFTWARE\\VISUS\\DICOM-Mail Gateway\\Installation" /* volatile: gone after a restart */
#define LONGEST_LINE (1 << 20)
#define LEAST_ROOM (1000000000ULL) /* bytes; what a site needs is the preflight's to say */
#define HOLDS 0
#define DIFFERS 2 /* built; something is left that a site may accept, or that stage two does */
#define RESTART 4

static int tell(MSIHANDLE install, INSTALLMESSAGE kind, const WCHAR *text)
{
    MSIHANDLE record = MsiCreateRecord(1);
    MsiRecordSetStringW(record, kind == INSTALLMESSAGE_ACTIONDATA ? 1 : 0, text);
    int answer = MsiProcessMessage(install, kind, record);
    MsiCloseHandle(record);
    return answer;
}

static void tell_error(MSIHANDLE install, const WCHAR *text) { tell(install, (INSTALLMESSAGE)(INSTALLMESSAGE_ERROR | MB_OK | MB_ICONERROR), text); }

static UINT refuse_drive(MSIHANDLE install, WCHAR letter, const WCHAR *german, const WCHAR *english)
{
    WCHAR text[512];
    swprintf(text, 512, L"GW8101 %lc: %ls. / %lc: %ls.", letter, german, letter, english);
    tell_error(install, text);
    return ERROR_INSTALL_FAILURE;
}

__declspec(dllexport) UINT __stdcall CheckDrives(MSIHANDLE install)
{
    for (const WCHAR *letter = L"DE"; *letter; letter++)
    {
        WCHAR root[] = { *letter, L':', L'\\', 0 };
        UINT kind = GetDriveTypeW(root);
        ULARGE_INTEGER room;
        if (kind == DRIVE_NO_ROOT_DIR)
            return refuse_drive(install, *letter, L"gibt es nicht; die Anwendung braucht die Laufwerke D: und E:", L"is not there; the appliance needs the drives D: and E:");
        if (kind != DRIVE_FIXED)
            return refuse_drive(install, *letter, L"ist keine Festplatte", L"is no fixed disk");
        if (!GetDiskFreeSpaceExW(root, &room, NULL, NULL) || room.QuadPart < LEAST_ROOM)
            return refuse_drive(install, *letter, L"hat weniger als 1 GB frei", L"has less than 1 GB free");
    }
    return ERROR_SUCCESS;
}

/* The text of the JSON string that begins at *at, behind its quote, unescaped as UTF-16; *at is behind its end afterwards. */
static void text_of(const char **at, WCHAR *to, int room)
{
    static char utf8[LONGEST_LINE];
    int length = 0, used = 0;
    const char *p = *at;
    while (*p && *p != '"' && used < room - 1)
    {
        unsigned code;
        if (p[0] == '\\' && p[1] == 'u' && sscanf(p + 2, "%4x", &code) == 1)
        {
            used += MultiByteToWideChar(CP_UTF8, 0, utf8, length, to + used, room - 1 - used);
            length = 0;
            if (used < room - 1)
                to[used++] = (WCHAR)code;
            p += 6;
            continue;
        }
        BOOL is_escaped = p[0] == '\\' && p[1];
        p += is_escaped;
        utf8[length++] = is_escaped && *p == 'n' ? ' ' : *p;
        p++;
    }
    used += MultiByteToWideChar(CP_UTF8, 0, utf8, length, to + used, room - 1 - used);
    to[used] = 0;
    *at = p;
}

/* One line of gwctl's. Returns whether the user has asked to cancel. */
static BOOL show(MSIHANDLE install, const char *line)
{
    static WCHAR text[8192], whole[8192];
    static const char progress[] = "{\"progress\":\"";
    if (strncmp(line, progress, sizeof progress - 1) == 0)
    {
        line += sizeof progress - 1;
        text_of(&line, text, 8192);
        return tell(install, INSTALLMESSAGE_ACTIONDATA, text) == IDCANCEL;
    }
    /* A diagnostic: code, severity, message, mend, in this order. */
    for (const char *at = strstr(line, "\"code\":\""); at; at = strstr(at, "\"code\":\""))
    {
        static const char *fields[] = { "\"code\":\"", "\"message\":\"", "\"mend\":\"" };
        const char *severity = strstr(at, "\"severity\":\"error\"");
        BOOL is_error = severity && severity < strstr(at, "\"message\":");
        whole[0] = 0;
        for (int i = 0; i < 3; i++)
        {
            const char *field = strstr(at, fields[i]);
            if (!field)
                return FALSE;
            at = field + strlen(fields[i]);
            text_of(&at, text, 4096);
            if (wcslen(whole) + wcslen(text) < 8100)
                wcscat(wcscat(whole, text), L" ");
        }
        if (is_error)
            tell_error(install, whole);
        else
            tell(install, INSTALLMESSAGE_INFO, whole);
    }
    return FALSE;
}

/* Reads what gwctl prints, line by line, until it has closed its end; on cancel it ends gwctl's job, whose run the rollback takes back. */
static void listen_to(MSIHANDLE install, HANDLE from, HANDLE job)
{
    static char line[LONGEST_LINE];
    DWORD length = 0, count;
    char one[4096];
    while (ReadFile(from, one, sizeof one, &count, NULL) && count)
    {
        for (DWORD i = 0; i < count; i++)
        {
            if (one[i] != '\n' && length < LONGEST_LINE - 1)
            {
                line[length++] = one[i];
                continue;
            }
            line[length] = 0;
            length = 0;
            if (show(install, line))
                TerminateJobObject(job, ERROR_INSTALL_USEREXIT);
        }
    }
}

static void remember_restart(void)
{
    HKEY key;
    DWORD yes = 1;
    if (RegCreateKeyExW(HKEY_LOCAL_MACHINE, KEY, 0, NULL, REG_OPTION_VOLATILE, KEY_SET_VALUE | KEY_WOW64_64KEY, NULL, &key, NULL) == ERROR_SUCCESS)
    {
        RegSetValueExW(key, L"RestartNeeded", 0, REG_DWORD, (BYTE *)&yes, sizeof yes);
        RegCloseKey(key);
    }
}

/* Starts gwctl with its output in a pipe, suspended until it stands in the job. */
static BOOL start(WCHAR *command, HANDLE job, HANDLE *from, PROCESS_INFORMATION *process)
{
    SECURITY_ATTRIBUTES inherited = { sizeof inherited, NULL, TRUE };
    STARTUPINFOW how;
    ZeroMemory(&how, sizeof how);
    how.cb = sizeof how;
    HANDLE to, nothing = CreateFileW(L"NUL", GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, &inherited, OPEN_EXISTING, 0, NULL);
    if (!CreatePipe(from, &to, &inherited, 0))
        return FALSE;
    SetHandleInformation(*from, HANDLE_FLAG_INHERIT, 0);
    how.dwFlags = STARTF_USESTDHANDLES;
    how.hStdInput = nothing;
    how.hStdOutput = to;
    how.hStdError = nothing;
    BOOL started = CreateProcessW(NULL, command, NULL, NULL, TRUE, CREATE_NO_WINDOW | CREATE_SUSPENDED, NULL, NULL, &how, process);
    CloseHandle(to);
    CloseHandle(nothing);
    if (!started)
        return FALSE;
    AssignProcessToJobObject(job, process->hProcess);
    ResumeThread(process->hThread);
    return TRUE;
}

static BOOL is_there(const WCHAR *file) { return GetFileAttributesW(file) != INVALID_FILE_ATTRIBUTES; }

static UINT run(MSIHANDLE install, const WCHAR *verb)
{
    static WCHAR data[8192], command[32768], beside[4096];
    DWORD size = 8192;
    MsiGetPropertyW(install, L"CustomActionData", data, &size);
    WCHAR *part[4] = { data, L"", L"", L"" };
    for (int i = 1; i < 4; i++)
    {
        WCHAR *bar = wcschr(part[i - 1], L'|');
        if (!bar)
            break;
        *bar = 0;
        part[i] = bar + 1;
    }

    /* Without MANIFEST: the one beside the MSI, else the one that was applied last. */
    const WCHAR *manifest = part[1];
    if (!*manifest)
    {
        WCHAR *end = wcsrchr(part[3], L'\\');
        swprintf(beside, 4096, L"%.*lsappliance.json", end ? (int)(end - part[3] + 1) : 0, part[3]);
        manifest = is_there(beside) ? beside : L"D:\\VISUS\\state\\appliance.json";
    }
    swprintf(command, 32768, *part[2] ? L"\"%ls\" installer %ls \"%ls\" --overlay \"%ls\"" : L"\"%ls\" installer %ls \"%ls\"", part[0], verb, manifest, part[2]);
    tell(install, INSTALLMESSAGE_INFO, command);
    if (!is_there(part[0]))
        return ERROR_SUCCESS; /* nothing was laid down: there is nothing to take back */

    HANDLE from, job = CreateJobObjectW(NULL, NULL);
    PROCESS_INFORMATION process;
    if (!start(command, job, &from, &process))
    {
        swprintf(command, 512, L"GW8102 gwctl cannot be started (%lu).", GetLastError());
        tell_error(install, command);
        return ERROR_INSTALL_FAILURE;
    }
    DWORD code = 1;
    listen_to(install, from, job);
    WaitForSingleObject(process.hProcess, INFINITE);
    GetExitCodeProcess(process.hProcess, &code);
    CloseHandle(process.hThread);
    CloseHandle(process.hProcess);
    CloseHandle(from);
    CloseHandle(job);
    if (code == RESTART)
        remember_restart();
    return code == ERROR_INSTALL_USEREXIT ? ERROR_INSTALL_USEREXIT : code == HOLDS || code == DIFFERS || code == RESTART ? ERROR_SUCCESS : ERROR_INSTALL_FAILURE;
}

__declspec(dllexport) UINT __stdcall Apply(MSIHANDLE install) { return run(install, L"apply"); }

/* What could not be taken back has been said; a rollback goes on whatever it returns. */
__declspec(dllexport) UINT __stdcall Undo(MSIHANDLE install) { return run(install, L"undo"); }

__declspec(dllexport) UINT __stdcall Remove(MSIHANDLE install) { return run(install, L"remove"); }

__declspec(dllexport) UINT __stdcall AskForRestart(MSIHANDLE install)
{
    DWORD asked = 0, size = sizeof asked;
    if (RegGetValueW(HKEY_LOCAL_MACHINE, KEY, L"RestartNeeded", RRF_RT_REG_DWORD | RRF_SUBKEY_WOW6464KEY, NULL, &asked, &size) == ERROR_SUCCESS && asked)
        MsiSetMode(install, MSIRUNMODE_REBOOTATEND, TRUE);
    return ERROR_SUCCESS;
}
