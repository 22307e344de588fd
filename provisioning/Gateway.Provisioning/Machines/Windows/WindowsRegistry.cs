using System.Runtime.Versioning;
using Gateway.Provisioning.Machines.Abilities;
using Microsoft.Win32;

namespace Gateway.Provisioning.Machines.Windows;

/// <summary>Text values below HKEY_LOCAL_MACHINE, 64-bit view.</summary>
[SupportedOSPlatform("windows")]
internal sealed class WindowsRegistry : IRegistry
{
    public Provenance Provenance { get; } = new(Source.Measured, "registry");

    public string? Read(string key, string name)
    {
        using var machine = Open();
        using var opened = machine.OpenSubKey(key);
        return opened?.GetValue(name) as string;
    }

    public void Write(RegistryValue value)
    {
        using var machine = Open();
        using var opened = machine.CreateSubKey(value.Key);
        opened.SetValue(value.Name, value.Text, RegistryValueKind.String);
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

    private static RegistryKey Open() => RegistryKey.OpenBaseKey(RegistryHive.LocalMachine, RegistryView.Registry64);
}
