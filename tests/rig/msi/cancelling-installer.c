/*
 * Installs a package as a program with a user interface of its own does, and cancels when Windows Installer says something that holds a given text. Wine's own dialogs show their Cancel button, and
 * what it is pressed for never reaches the action that is at work.
 *
 *   cancelling-installer.exe PACKAGE PROPERTIES TEXT LOG
 *
 * Prints what it heard, and ends with Windows Installer's code. Debian: x86_64-w64-mingw32-gcc -municode … -lmsi.
 */
#include <windows.h>
#include <msi.h>
#include <stdio.h>
#include <wchar.h>

static const WCHAR *until;

static int CALLBACK hear(void *context, UINT kind, const WCHAR *text)
{
    (void)context;
    if (!text)
        return 0;
    wprintf(L"%u %ls\n", kind >> 24, text);
    fflush(stdout);
    return wcsstr(text, until) ? IDCANCEL : IDOK;
}

int wmain(int count, WCHAR **arguments)
{
    if (count != 5)
        return ERROR_INVALID_PARAMETER;
    until = arguments[3];
    MsiSetInternalUI(INSTALLUILEVEL_NONE, NULL);
    MsiEnableLogW(INSTALLLOGMODE_VERBOSE | INSTALLLOGMODE_EXTRADEBUG | INSTALLLOGMODE_ERROR | INSTALLLOGMODE_INFO, arguments[4], 0);
    MsiSetExternalUIW(hear, INSTALLLOGMODE_ACTIONDATA | INSTALLLOGMODE_PROGRESS | INSTALLLOGMODE_ERROR, NULL);
    return (int)MsiInstallProductW(arguments[1], arguments[2]);
}
