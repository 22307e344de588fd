/*
 * In gwctl's place for the tests of the bridge: says what C:\speak\VERB.txt tells it to, line by line. What gwctl itself says is tested with gwctl.
 *
 *   say LINE       prints the line
 *   long N         prints a progress line of N letters
 *   sleep MS       waits
 *   child          starts itself again as a child that waits for a minute
 *   exit CODE      ends
 *
 * The command line that it was given is written to C:\speak\VERB.arguments (UTF-16). Debian: x86_64-w64-mingw32-gcc -municode.
 */
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

int wmain(int count, WCHAR **arguments)
{
    static char line[1 << 16];
    WCHAR path[MAX_PATH];
    if (count < 3)
    {
        Sleep(60000);
        return 0;
    }
    swprintf(path, MAX_PATH, L"C:\\speak\\%ls.arguments", arguments[2]);
    FILE *file = _wfopen(path, L"wb");
    if (file)
    {
        fwrite(GetCommandLineW(), sizeof(WCHAR), wcslen(GetCommandLineW()), file);
        fclose(file);
    }
    swprintf(path, MAX_PATH, L"C:\\speak\\%ls.txt", arguments[2]);
    file = _wfopen(path, L"rb");
    while (file && fgets(line, sizeof line, file))
    {
        if (strncmp(line, "say ", 4) == 0)
            fputs(line + 4, stdout);
        else if (strncmp(line, "long ", 5) == 0)
        {
            fputs("{\"progress\":\"", stdout);
            for (int i = atoi(line + 5); i > 0; i--)
                putchar('x');
            fputs("\",\"permille\":5}\n", stdout);
        }
        else if (strncmp(line, "sleep ", 6) == 0)
            Sleep((DWORD)atoi(line + 6));
        else if (strncmp(line, "child", 5) == 0)
        {
            STARTUPINFOW how = { .cb = sizeof how };
            PROCESS_INFORMATION process;
            WCHAR command[MAX_PATH];
            swprintf(command, MAX_PATH, L"\"%ls\" waits", arguments[0]);
            CreateProcessW(NULL, command, NULL, NULL, FALSE, CREATE_NO_WINDOW, NULL, NULL, &how, &process);
        }
        else if (strncmp(line, "exit ", 5) == 0)
            return atoi(line + 5);
        fflush(stdout);
    }
    return 0;
}
