/*
 * The MSI's only custom action. An executable as an action has no voice: it can neither show progress nor be cancelled, give a reason or ask for a restart. This library can, and does no more than
 * that: it checks the drives before anything is copied, runs gwctl in a job object, and hands what gwctl says - lines of JSON - to Windows Installer.
 *
 *   Words          immediate, first: LANGUAGE, and the texts of the table Words as properties; how files are replaced, and that no server restarts by itself
 *   CheckDrives    immediate, before costing: a missing drive would otherwise end there without a word
 *   Prepare        immediate, when the script is written: the command lines of the deferred ones, and their share of the progress bar
 *   Apply          deferred: gwctl installer apply
 *   Undo           rollback, before Apply: gwctl installer undo, which copes with half-done work
 *   Remove         deferred, at uninstallation: gwctl installer remove
 *   AskForRestart  immediate, after InstallFinalize: deferred actions may not ask
 *   ShowReport     immediate, a button of the last dialog: opens what gwctl named
 *
 * Debian: x86_64-w64-mingw32-gcc -shared -lmsi -lshell32.
 */
#include <windows.h>
#include <msi.h>
#include <msiquery.h>
#include <shellapi.h>
#include <stdio.h>
#include <wchar.h>

#define KEY L"SOFTWARE\\DICOM-Mail Gateway Installation" /* volatile: gone after a restart; directly below a key that is there, for one of the engine's must not become volatile with it */
#define LONGEST_LINE (1 << 20)
#define LONGEST_PATH 4096
#define LONGEST_COMMAND 32768
#define LEAST_ROOM (1000000000ULL) /* bytes; what a site needs is the preflight's to say */
#define TICKS 1000                 /* gwctl counts in thousandths */
#define HOLDS 0
#define DIFFERS 2 /* built; something is left that a site may accept, or that stage two does */
#define RESTART 4

/* A message of one text; the answer is the user's. The text is data, never a format: it may hold brackets. */
static int tell(MSIHANDLE install, INSTALLMESSAGE kind, const WCHAR *text)
{
    MSIHANDLE record = MsiCreateRecord(1);
    MsiRecordSetStringW(record, 0, L"[1]");
    MsiRecordSetStringW(record, 1, text);
    int answer = MsiProcessMessage(install, kind, record);
    MsiCloseHandle(record);
    return answer;
}

static void tell_error(MSIHANDLE install, const WCHAR *text) { tell(install, (INSTALLMESSAGE)(INSTALLMESSAGE_ERROR | MB_OK | MB_ICONERROR), text); }

/* INSTALLMESSAGE_PROGRESS: 1 says that ticks come one by one, 2 is so many ticks, 3 adds to their total ("MsiProcessMessage function"). */
static int tick(MSIHANDLE install, int what, int count)
{
    MSIHANDLE record = MsiCreateRecord(3);
    MsiRecordSetInteger(record, 1, what);
    MsiRecordSetInteger(record, 2, count);
    MsiRecordSetInteger(record, 3, 0);
    int answer = MsiProcessMessage(install, INSTALLMESSAGE_PROGRESS, record);
    MsiCloseHandle(record);
    return answer;
}

static const WCHAR *property(MSIHANDLE install, const WCHAR *name, WCHAR *value, DWORD size)
{
    value[0] = 0;
    MsiGetPropertyW(install, name, value, &size);
    return value;
}

__declspec(dllexport) UINT __stdcall Words(MSIHANDLE install)
{
    WCHAR language[8], name[80], text[1024];
    property(install, L"LANGUAGE", language, 8);
    if (wcscmp(language, L"de") != 0 && wcscmp(language, L"en") != 0)
        wcscpy(language, PRIMARYLANGID(GetUserDefaultUILanguage()) == LANG_GERMAN ? L"de" : L"en");
    MsiSetPropertyW(install, L"LANGUAGE", language);
    MsiSetPropertyW(install, L"REINSTALLMODE", L"amus"); /* a file that lies there already, or is damaged, is replaced whatever version it claims */
    if (_wtoi(property(install, L"UILevel", name, 80)) < 5)
        MsiSetPropertyW(install, L"REBOOT", L"ReallySuppress"); /* without anybody to ask Windows Installer would restart at once; 3010 says that it wants to */
    MSIHANDLE view, row, database = MsiGetActiveDatabase(install);
    if (MsiDatabaseOpenViewW(database, L"SELECT `Name`, `German`, `English` FROM `Words`", &view) == ERROR_SUCCESS)
    {
        for (MsiViewExecute(view, 0); MsiViewFetch(view, &row) == ERROR_SUCCESS; MsiCloseHandle(row))
        {
            DWORD name_size = 80, text_size = 1024;
            MsiRecordGetStringW(row, 1, name, &name_size);
            MsiRecordGetStringW(row, language[0] == L'd' ? 2 : 3, text, &text_size);
            MsiSetPropertyW(install, name, text);
        }
        MsiCloseHandle(view);
    }
    MsiCloseHandle(database);
    return ERROR_SUCCESS;
}

static UINT refuse_drive(MSIHANDLE install, WCHAR letter, const WCHAR *why)
{
    WCHAR reason[512], text[600];
    swprintf(text, 600, L"GW8101 %lc: %ls", letter, property(install, why, reason, 512));
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
        if (kind != DRIVE_FIXED)
            return refuse_drive(install, *letter, kind == DRIVE_NO_ROOT_DIR || kind == DRIVE_UNKNOWN ? L"DriveMissing" : L"DriveNotFixed");
        if (!GetDiskFreeSpaceExW(root, &room, NULL, NULL) || room.QuadPart < LEAST_ROOM)
            return refuse_drive(install, *letter, L"DriveFull");
    }
    return ERROR_SUCCESS;
}

/* Appends an option in quotes, when its property has a value. A backslash before the closing quote would escape it. */
static void add(MSIHANDLE install, WCHAR *command, const WCHAR *option, const WCHAR *name)
{
    WCHAR value[LONGEST_PATH];
    size_t length = wcslen(property(install, name, value, LONGEST_PATH)), used = wcslen(command);
    if (length > 0 && used + length + 20 < LONGEST_COMMAND)
        swprintf(command + used, LONGEST_COMMAND - used, L" %ls\"%ls%ls\"", option, value, value[length - 1] == L'\\' ? L"." : L"");
}

__declspec(dllexport) UINT __stdcall Prepare(MSIHANDLE install)
{
    static WCHAR command[LONGEST_COMMAND];
    WCHAR folder[LONGEST_PATH], purge[32];
    const WCHAR *actions[][2] = { { L"Apply", L"apply" }, { L"Undo", L"undo" }, { L"Remove", L"remove" } };
    property(install, L"VersionFolder", folder, LONGEST_PATH);
    for (int i = 0; i < 3; i++)
    {
        swprintf(command, LONGEST_COMMAND, L"\"%lsgwctl.exe\" installer %ls", folder, actions[i][1]);
        add(install, command, L"", L"MANIFEST");
        add(install, command, L"--overlay ", L"OVERLAY");
        add(install, command, L"--payloads ", L"PAYLOADS");
        add(install, command, L"--msi ", L"OriginalDatabase");
        add(install, command, L"--language ", L"LANGUAGE");
        if (i == 2 && *property(install, L"PURGEDATA", purge, 32))
            wcscat(command, L" --purge"); /* a launch condition has seen to its value */
        MsiSetPropertyW(install, actions[i][0], command);
    }
    tick(install, 3, TICKS);
    return ERROR_SUCCESS;
}

static void remember(const WCHAR *name, DWORD kind, const void *value, DWORD size)
{
    HKEY key;
    if (RegCreateKeyExW(HKEY_LOCAL_MACHINE, KEY, 0, NULL, REG_OPTION_VOLATILE, KEY_SET_VALUE | KEY_WOW64_64KEY, NULL, &key, NULL) != ERROR_SUCCESS)
        return;
    RegSetValueExW(key, name, 0, kind, value, size);
    RegCloseKey(key);
}

/* The JSON string that begins at a place, unescaped, cut where there is no more room, without the brackets of Windows Installer's formats; gives what stands behind it. */
static const WCHAR *text_of(const WCHAR *at, WCHAR *to, int room)
{
    for (unsigned code; *at && *at != L'"'; at++)
    {
        WCHAR one = *at;
        if (one == L'\\' && at[1] == L'u' && swscanf(at + 2, L"%4x", &code) == 1)
        {
            one = (WCHAR)code;
            at += 5;
        }
        else if (one == L'\\' && at[1])
        {
            one = *++at;
            one = one == L'n' ? L'\n' : one == L'r' || one == L't' ? L' ' : one;
        }
        if (room-- > 1)
            *to++ = one == L'[' ? L'(' : one == L']' ? L')' : one;
    }
    *to = 0;
    return at;
}

/* One line of gwctl's. Returns whether the user has asked to cancel. */
static BOOL show(MSIHANDLE install, const char *line, int *done)
{
    static WCHAR wide[LONGEST_LINE], text[16384];
    static const WCHAR *kinds[] = { L"{\"progress\":\"", L"{\"note\":\"", L"{\"error\":\"", L"{\"show\":\"" };
    int kind = 0;
    MultiByteToWideChar(CP_UTF8, 0, line, -1, wide, LONGEST_LINE);
    while (kind < 4 && wcsncmp(wide, kinds[kind], wcslen(kinds[kind])) != 0)
        kind++;
    if (kind == 4)
        return tick(install, 2, 0) == IDCANCEL;
    const WCHAR *rest = text_of(wide + wcslen(kinds[kind]), text, 16384), *permille = wcsstr(rest, L"\"permille\":");
    if (kind == 1)
        return tell(install, INSTALLMESSAGE_INFO, text) == IDCANCEL;
    if (kind == 2)
        tell_error(install, text);
    if (kind == 3)
        remember(L"Show", REG_SZ, text, (DWORD)((wcslen(text) + 1) * sizeof(WCHAR)));
    if (kind != 0)
        return FALSE;
    int ticks = permille ? _wtoi(permille + 11) - *done : 0;
    *done += ticks;
    BOOL cancel = tell(install, INSTALLMESSAGE_ACTIONDATA, text) == IDCANCEL;
    return tick(install, 2, ticks) == IDCANCEL || cancel;
}

/* Reads what gwctl prints, line by line, until it has closed its end; on cancel it ends gwctl's job, whose run the rollback takes back. */
static void listen_to(MSIHANDLE install, HANDLE from, HANDLE job)
{
    static char line[LONGEST_LINE];
    DWORD length = 0, count;
    char one[4096];
    int done = 0;
    tick(install, 1, 1);
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
            if (show(install, line, &done) && job)
                TerminateJobObject(job, ERROR_INSTALL_USEREXIT);
        }
    }
}

/* Starts gwctl with its output in a pipe, suspended until it stands in the job, which ends when this does. */
static BOOL start(WCHAR *command, HANDLE job, HANDLE *from, PROCESS_INFORMATION *process)
{
    SECURITY_ATTRIBUTES inherited = { sizeof inherited, NULL, TRUE };
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits = { .BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE };
    HANDLE to, nothing = CreateFileW(L"NUL", GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, &inherited, OPEN_EXISTING, 0, NULL);
    if (!CreatePipe(from, &to, &inherited, 0))
        return FALSE;
    SetInformationJobObject(job, JobObjectExtendedLimitInformation, &limits, sizeof limits);
    SetHandleInformation(*from, HANDLE_FLAG_INHERIT, 0);
    STARTUPINFOW how = { .cb = sizeof how, .dwFlags = STARTF_USESTDHANDLES, .hStdInput = nothing, .hStdOutput = to, .hStdError = nothing };
    BOOL started = CreateProcessW(NULL, command, NULL, NULL, TRUE, CREATE_NO_WINDOW | CREATE_SUSPENDED, NULL, NULL, &how, process);
    CloseHandle(to);
    CloseHandle(nothing);
    if (!started)
        return FALSE;
    AssignProcessToJobObject(job, process->hProcess);
    ResumeThread(process->hThread);
    return TRUE;
}

static UINT run(MSIHANDLE install, BOOL may_cancel, BOOL may_be_missing)
{
    static WCHAR command[LONGEST_COMMAND], program[LONGEST_PATH];
    property(install, L"CustomActionData", command, LONGEST_COMMAND);
    tell(install, INSTALLMESSAGE_INFO, command);
    if (may_be_missing && (swscanf(command, L"\"%4095l[^\"]", program) != 1 || GetFileAttributesW(program) == INVALID_FILE_ATTRIBUTES))
        return ERROR_SUCCESS; /* nothing was laid down: there is nothing to take back */

    HANDLE from, job = CreateJobObjectW(NULL, NULL);
    PROCESS_INFORMATION process;
    if (!start(command, job, &from, &process))
    {
        swprintf(command, 512, L"GW8102 gwctl cannot be started (error %lu of Windows). Nothing was changed; see what keeps it from starting, or has removed it, and repair the product.", GetLastError());
        tell_error(install, command);
        return ERROR_INSTALL_FAILURE;
    }
    DWORD code = 1, yes = 1;
    listen_to(install, from, may_cancel ? job : NULL);
    WaitForSingleObject(process.hProcess, INFINITE);
    GetExitCodeProcess(process.hProcess, &code);
    for (HANDLE *each = (HANDLE[]){ process.hThread, process.hProcess, from, job, NULL }; *each; each++)
        CloseHandle(*each);
    if (code == RESTART)
        remember(L"RestartNeeded", REG_DWORD, &yes, sizeof yes);
    return code == ERROR_INSTALL_USEREXIT ? ERROR_INSTALL_USEREXIT : code == HOLDS || code == DIFFERS || code == RESTART ? ERROR_SUCCESS : ERROR_INSTALL_FAILURE;
}

__declspec(dllexport) UINT __stdcall Apply(MSIHANDLE install) { return run(install, TRUE, FALSE); }

/* What could not be taken back has been said; a rollback goes on whatever it returns. */
__declspec(dllexport) UINT __stdcall Undo(MSIHANDLE install) { return run(install, FALSE, TRUE); }

__declspec(dllexport) UINT __stdcall Remove(MSIHANDLE install) { return run(install, FALSE, FALSE); }

__declspec(dllexport) UINT __stdcall AskForRestart(MSIHANDLE install)
{
    DWORD asked = 0, size = sizeof asked;
    if (RegGetValueW(HKEY_LOCAL_MACHINE, KEY, L"RestartNeeded", RRF_RT_REG_DWORD | RRF_SUBKEY_WOW6464KEY, NULL, &asked, &size) == ERROR_SUCCESS && asked)
        MsiSetMode(install, MSIRUNMODE_REBOOTATEND, TRUE);
    return ERROR_SUCCESS;
}

__declspec(dllexport) UINT __stdcall ShowReport(MSIHANDLE install)
{
    WCHAR path[LONGEST_PATH];
    DWORD size = sizeof path;
    (void)install;
    if (RegGetValueW(HKEY_LOCAL_MACHINE, KEY, L"Show", RRF_RT_REG_SZ | RRF_SUBKEY_WOW6464KEY, NULL, path, &size) == ERROR_SUCCESS)
        ShellExecuteW(NULL, L"open", path, NULL, NULL, SW_SHOWNORMAL);
    return ERROR_SUCCESS;
}
