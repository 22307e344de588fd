using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Gateway.Provisioning.Machines.Abilities;
using Microsoft.Win32;
using Microsoft.Win32.SafeHandles;

namespace Gateway.Provisioning.Machines.Windows;

/// <summary>
/// Values below HKEY_LOCAL_MACHINE, 64-bit view. Text goes through .NET; what is no text is read and written byte by byte, because .NET's own types
/// do not hold every value that Windows can ("RegQueryValueExW function", "RegSetValueExW function", Microsoft Learn).
/// </summary>
[SupportedOSPlatform("windows")]
internal sealed partial class WindowsRegistry : IRegistry
{
    private const int MoreData = 234; // ERROR_MORE_DATA
    private const int NotFound = 2; // ERROR_FILE_NOT_FOUND

    public Provenance Provenance { get; } = new(Source.Measured, "registry");

    public RegistryValue? Read(string key, string name)
    {
        using var machine = Open();
        using var opened = machine.OpenSubKey(key);
        if (opened is null || ReadRaw(opened.Handle, key, name) is not var (type, bytes))
            return null;
        return type == RegistryValue.TextType
            ? new RegistryValue(key, name, (string)opened.GetValue(name, "")!)
            : new RegistryValue(key, name, Convert.ToHexStringLower(bytes), type);
    }

    public void Write(RegistryValue value)
    {
        using var machine = Open();
        using var opened = machine.CreateSubKey(value.Key);
        if (value.Type == RegistryValue.TextType)
        {
            opened.SetValue(value.Name, value.Text, RegistryValueKind.String);
        }
        else
        {
            var bytes = Convert.FromHexString(value.Text);
            Check(RegSetValueEx(opened.Handle, value.Name, 0, value.Type, bytes, bytes.Length), value.Key, value.Name);
        }

        opened.Flush();
    }

    public void Remove(string key, string name)
    {
        using var machine = Open();
        using (var opened = machine.OpenSubKey(key, writable: true))
            opened?.DeleteValue(name, throwOnMissingValue: false);

        // Keys that only held this value go with it; SOFTWARE\Vendor is the highest that may.
        for (var at = key; at.Contains('\\', StringComparison.Ordinal); at = at[..at.LastIndexOf('\\')])
        {
            using (var opened = machine.OpenSubKey(at))
            {
                if (opened is null)
                    continue;
                if (opened.ValueCount > 0 || opened.SubKeyCount > 0)
                    return;
            }

            machine.DeleteSubKey(at, throwOnMissingSubKey: false);
        }
    }

    // The size can change between asking for it and reading.
    private static (int Type, byte[] Bytes)? ReadRaw(SafeRegistryHandle key, string keyName, string name)
    {
        for (var room = 256; ;)
        {
            var bytes = new byte[room];
            var size = room;
            var error = RegQueryValueEx(key, name, 0, out var type, bytes, ref size);
            if (error == NotFound)
                return null;
            if (error != MoreData)
            {
                Check(error, keyName, name);
                return (type, bytes[..size]);
            }

            room = Math.Max(size, room * 2);
        }
    }

    private static void Check(int error, string key, string name)
    {
        if (error != 0)
            throw new Win32Exception(error, $@"HKLM\{key}\{name}: {new Win32Exception(error).Message} ({error})");
    }

    [LibraryImport("advapi32.dll", EntryPoint = "RegQueryValueExW", StringMarshalling = StringMarshalling.Utf16)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int RegQueryValueEx(SafeRegistryHandle key, string name, nint reserved, out int type, [Out] byte[] data, ref int size);

    [LibraryImport("advapi32.dll", EntryPoint = "RegSetValueExW", StringMarshalling = StringMarshalling.Utf16)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int RegSetValueEx(SafeRegistryHandle key, string name, int reserved, int type, byte[] data, int size);

    private static RegistryKey Open() => RegistryKey.OpenBaseKey(RegistryHive.LocalMachine, RegistryView.Registry64);
}
