using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Gateway.Provisioning.Manifest;
using Gateway.Provisioning.Manifest.Sections;

namespace Gateway.Provisioning.Machines;

/// <summary>Access rights as SDDL: owned by Administrators, inheritance from the drive cut, full control for SYSTEM and Administrators, ordinary users nothing. Accounts are SIDs, never localized names.</summary>
public static class AccessRights
{
    private const string Protected = "O:BAG:SYD:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)";
    private const string Read = "0x1200a9";
    private const string Modify = "0x1301bf";

    /// <summary>The rights of the state root: SYSTEM and Administrators only.</summary>
    public static string StateRoot => Protected;

    /// <summary>The rights of the folder of reports: who sits at the machine (INTERACTIVE) may read what they say of it, without an administrator's token. They hold no secret and no patient data.</summary>
    public static string Reports => Protected + $"(A;OICI;{Read};;;IU)";

    /// <summary>The rights of a folder of the manifest.</summary>
    /// <param name="access">Who may do what.</param>
    /// <param name="appliance">Names the services.</param>
    public static string Of(FolderAccess access, Appliance appliance) => access switch
    {
        FolderAccess.ServiceReads => Protected + Allow(Read, appliance.Gateway.ServiceName),
        FolderAccess.ServiceModifies => Protected + Allow(Modify, appliance.Gateway.ServiceName),
        FolderAccess.DatabaseReads => Protected + Allow(Read, appliance.Database.ServiceName),
        FolderAccess.DatabaseModifies => Protected + Allow(Modify, appliance.Database.ServiceName),
        _ => Protected,
    };

    /// <summary>The rights of a secret's file that a service reads: it may not change it. It passes the folders above, whose content it cannot list, by the right of every account to do so (SeChangeNotifyPrivilege, "Bypass traverse checking").</summary>
    /// <param name="serviceName">Service name.</param>
    public static string Secret(string serviceName) => $"O:BAG:SYD:PAI(A;;FA;;;SY)(A;;FA;;;BA)(A;;FR;;;{ServiceSid(serviceName)})";

    /// <summary>The SID of a virtual service account. It is computed, because Windows resolves the name only once the service exists: S-1-5-80 and the five little-endian words of the SHA-1 of the upper-case name in UTF-16.</summary>
    /// <param name="serviceName">Service name.</param>
    public static string ServiceSid(string serviceName)
    {
#pragma warning disable CA5350 // Windows defines the SID by SHA-1; nothing is protected by it.
        var hash = SHA1.HashData(Encoding.Unicode.GetBytes(serviceName.ToUpperInvariant()));
#pragma warning restore CA5350
        return "S-1-5-80-" + string.Join('-', Enumerable.Range(0, 5).Select(i => BinaryPrimitives.ReadUInt32LittleEndian(hash.AsSpan(i * 4))));
    }

    /// <summary>Whether two descriptors name the same owner and let the same accounts do the same. The primary group decides nothing on Windows ("Owner of a New Object", "SECURITY_DESCRIPTOR", Microsoft Learn).</summary>
    /// <param name="sddl">One, or null.</param>
    /// <param name="other">The other.</param>
    public static bool SameOwnerAndAccess(string? sddl, string other) => sddl is not null && InOrder(WithoutGroup(sddl)) == InOrder(WithoutGroup(other));

    // .NET sorts the entries of one kind by account when it reads a descriptor; among them the order decides nothing ("Order of ACEs in a DACL", Microsoft Learn).
    private static string InOrder(string sddl) =>
        sddl.IndexOf('(', StringComparison.Ordinal) is >= 0 and var first ? sddl[..first] + string.Join(')', sddl[first..].Split(')').Order(StringComparer.Ordinal)) : sddl;

    // O:owner G:group D:flags(ace)(ace)
    private static string WithoutGroup(string sddl)
    {
        var group = sddl.IndexOf("G:", StringComparison.Ordinal);
        var access = sddl.IndexOf("D:", StringComparison.Ordinal);
        return group < 0 || access < group ? sddl : sddl[..group] + sddl[access..];
    }

    private static string Allow(string rights, string serviceName) => $"(A;OICI;{rights};;;{ServiceSid(serviceName)})";
}
