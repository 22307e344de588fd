using System.Runtime.Versioning;
using Microsoft.Win32;

namespace Gateway.Provisioning.Machines.Windows;

/// <summary>What Windows keeps of itself below HKEY_LOCAL_MACHINE, 64-bit view: read only, in .NET's types. A key can be a fact by being there.</summary>
internal interface ISystemRegistry
{
    /// <summary>A value, or null when there is none.</summary>
    object? Value(string key, string name);

    /// <summary>Whether a key exists.</summary>
    bool HasKey(string key);

    /// <summary>The names of the keys below a key; none when it does not exist.</summary>
    IReadOnlyList<string> KeysBelow(string key);
}

/// <summary>The registry of this computer.</summary>
[SupportedOSPlatform("windows")]
internal sealed class SystemRegistry : ISystemRegistry
{
    public object? Value(string key, string name)
    {
        using var machine = Open();
        using var opened = machine.OpenSubKey(key);
        return opened?.GetValue(name);
    }

    public bool HasKey(string key)
    {
        using var machine = Open();
        using var opened = machine.OpenSubKey(key);
        return opened is not null;
    }

    public IReadOnlyList<string> KeysBelow(string key)
    {
        using var machine = Open();
        using var opened = machine.OpenSubKey(key);
        return opened?.GetSubKeyNames() ?? [];
    }

    private static RegistryKey Open() => RegistryKey.OpenBaseKey(RegistryHive.LocalMachine, RegistryView.Registry64);
}
