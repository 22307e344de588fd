using System.Runtime.Versioning;
using System.Security.Principal;

namespace Gateway.Provisioning.Machines.Windows;

/// <summary>The accounts that every Windows has and that need no password, by SID: what Windows calls them depends on its language ("Well-known SIDs", Microsoft Learn).</summary>
internal static class ServiceAccounts
{
    private static readonly (string Name, string Sid)[] All = [("SYSTEM", "S-1-5-18"), ("LOCAL SERVICE", "S-1-5-19"), ("NETWORK SERVICE", "S-1-5-20")];

    /// <summary>The SID of an account of the manifest's language, or null when it is none of these.</summary>
    /// <param name="name">Its name.</param>
    public static string? SidOf(string name) => All.FirstOrDefault(account => account.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Sid;

    /// <summary>What the manifest calls an account that Windows named, or null when it is none of these.</summary>
    /// <param name="account">A SID, or a name in any language.</param>
    /// <param name="resolve">Finds the SID of a name, or null.</param>
    public static string? NameOf(string account, Func<string, string?> resolve)
    {
        var sid = account.StartsWith("S-1-", StringComparison.OrdinalIgnoreCase) ? account : resolve(account);
        return All.FirstOrDefault(known => known.Sid.Equals(sid, StringComparison.OrdinalIgnoreCase)).Name;
    }

    /// <summary>The SID that this Windows has for a name, or null.</summary>
    /// <param name="name">The name.</param>
    [SupportedOSPlatform("windows")]
    public static string? Resolve(string name)
    {
        try
        {
            return new NTAccount(name).Translate(typeof(SecurityIdentifier)).Value;
        }
        catch (SystemException) // no such name, or nobody who could be asked ("NTAccount.Translate", Microsoft Learn)
        {
            return null;
        }
    }
}
