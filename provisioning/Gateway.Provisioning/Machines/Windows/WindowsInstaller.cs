using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Gateway.Provisioning.Machines.Windows;

/// <summary>What Windows Installer knows (msi.h, msiquery.h): products by their code, and the properties of a package's own database. It installs nothing here.</summary>
[SupportedOSPlatform("windows")]
internal static partial class WindowsInstaller
{
    private const int InstalledForTheMachine = 5; // INSTALLSTATE_DEFAULT ("MsiQueryProductState function")
    private const int MoreData = 234;

    /// <summary>Whether an installation is under way: its mutex is held ("_MSIExecute Mutex", Microsoft Learn).</summary>
    public static bool IsBusy()
    {
        try
        {
            using var mutex = Mutex.OpenExisting(@"Global\_MSIExecute");
            if (!mutex.WaitOne(0))
                return true;
            mutex.ReleaseMutex();
            return false;
        }
        catch (WaitHandleCannotBeOpenedException)
        {
            return false; // there is none as long as nobody installs
        }
        catch (AbandonedMutexException)
        {
            return false; // whoever held it is gone
        }
        catch (UnauthorizedAccessException)
        {
            return true;
        }
    }

    /// <summary>The version of an installed product, or null when it is not installed.</summary>
    /// <param name="productCode">Its product code.</param>
    public static string? VersionOf(string productCode) =>
        MsiQueryProductState(productCode) == InstalledForTheMachine ? Text((buffer, size) => MsiGetProductInfo(productCode, "VersionString", buffer, ref size[0])) : null;

    /// <summary>A property of a package, as its Property table has it; null when it is not there.</summary>
    /// <param name="package">The package's file.</param>
    /// <param name="name">The property (<c>ProductCode</c>).</param>
    /// <exception cref="Win32Exception">The file is no package.</exception>
    public static string? PropertyOf(string package, string name)
    {
        Check(MsiOpenDatabase(package, 0, out var database)); // MSIDBOPEN_READONLY
        try
        {
            Check(MsiDatabaseOpenView(database, $"SELECT `Value` FROM `Property` WHERE `Property` = '{name}'", out var view));
            try
            {
                Check(MsiViewExecute(view, 0));
                if (MsiViewFetch(view, out var row) != 0)
                    return null;
                try
                {
                    return Text((buffer, size) => MsiRecordGetString(row, 1, buffer, ref size[0]));
                }
                finally
                {
                    _ = MsiCloseHandle(row);
                }
            }
            finally
            {
                _ = MsiCloseHandle(view);
            }
        }
        finally
        {
            _ = MsiCloseHandle(database);
        }
    }

    // Sizes are in characters, without the closing zero on return.
    private static string Text(Func<char[], uint[], int> read)
    {
        uint[] size = [256];
        var buffer = new char[size[0]];
        var error = read(buffer, size);
        if (error == MoreData)
        {
            buffer = new char[++size[0]];
            error = read(buffer, size);
        }

        Check(error);
        return new string(buffer, 0, (int)size[0]);
    }

    private static void Check(int error)
    {
        if (error != 0)
            throw new Win32Exception(error);
    }

    [LibraryImport("msi.dll", EntryPoint = "MsiQueryProductStateW", StringMarshalling = StringMarshalling.Utf16)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int MsiQueryProductState(string product);

    [LibraryImport("msi.dll", EntryPoint = "MsiGetProductInfoW", StringMarshalling = StringMarshalling.Utf16)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int MsiGetProductInfo(string product, string property, [Out] char[] value, ref uint size);

    [LibraryImport("msi.dll", EntryPoint = "MsiOpenDatabaseW", StringMarshalling = StringMarshalling.Utf16)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int MsiOpenDatabase(string path, nint persist, out uint database);

    [LibraryImport("msi.dll", EntryPoint = "MsiDatabaseOpenViewW", StringMarshalling = StringMarshalling.Utf16)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int MsiDatabaseOpenView(uint database, string query, out uint view);

    [LibraryImport("msi.dll")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int MsiViewExecute(uint view, uint record);

    [LibraryImport("msi.dll")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int MsiViewFetch(uint view, out uint record);

    [LibraryImport("msi.dll", EntryPoint = "MsiRecordGetStringW", StringMarshalling = StringMarshalling.Utf16)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int MsiRecordGetString(uint record, uint field, [Out] char[] value, ref uint size);

    [LibraryImport("msi.dll")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int MsiCloseHandle(uint handle);
}
