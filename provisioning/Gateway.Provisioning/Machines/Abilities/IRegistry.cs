using System.Text.Json.Serialization;

namespace Gateway.Provisioning.Machines.Abilities;

/// <summary>Values below HKEY_LOCAL_MACHINE, in the 64-bit view.</summary>
public interface IRegistry : IAbility
{
    /// <summary>A value of whatever type, or null when there is none.</summary>
    /// <param name="key">The key below HKEY_LOCAL_MACHINE.</param>
    /// <param name="name">The value's name.</param>
    RegistryValue? Read(string key, string name);

    /// <summary>Sets a value with its type, making its key.</summary>
    /// <param name="value">The value.</param>
    void Write(RegistryValue value);

    /// <summary>Removes a value, and its key and those above it while they are empty and below SOFTWARE.</summary>
    /// <param name="key">The key.</param>
    /// <param name="name">The value's name.</param>
    void Remove(string key, string name);
}

/// <summary>A value below HKEY_LOCAL_MACHINE. The product writes text; whatever else it finds is kept byte by byte, so that it can be put back.</summary>
/// <param name="Key">The key below HKEY_LOCAL_MACHINE.</param>
/// <param name="Name">The value's name.</param>
/// <param name="Text">Its text when it is one (REG_SZ), otherwise its bytes as hexadecimal digits.</param>
/// <param name="Type">Its type as Windows numbers it ("Registry Value Types", Microsoft Learn).</param>
public sealed record RegistryValue(string Key, string Name, string Text, int Type = RegistryValue.TextType)
{
    /// <summary>REG_SZ.</summary>
    public const int TextType = 1;

    private static readonly string[] TypeNames =
    [
        "REG_NONE", "REG_SZ", "REG_EXPAND_SZ", "REG_BINARY", "REG_DWORD", "REG_DWORD_BIG_ENDIAN", "REG_LINK", "REG_MULTI_SZ",
        "REG_RESOURCE_LIST", "REG_FULL_RESOURCE_DESCRIPTOR", "REG_RESOURCE_REQUIREMENTS_LIST", "REG_QWORD",
    ];

    /// <summary>Its type in Windows' words.</summary>
    [JsonIgnore]
    public string TypeName => Type >= 0 && Type < TypeNames.Length ? TypeNames[Type] : $"type {Type}";
}
