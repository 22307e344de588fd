using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Security.Principal;

namespace Gateway.Provisioning.Machines.Windows;

/// <summary>Account rights as the Local Security Authority has them, after all policies ("LsaEnumerateAccountsWithUserRight function", Microsoft Learn): the accounts that hold one themselves, not by a group.</summary>
[SupportedOSPlatform("windows")]
internal static partial class UserRights
{
    private const uint ViewAndLookUp = 0x00000001 | 0x00000800; // POLICY_VIEW_LOCAL_INFORMATION, POLICY_LOOKUP_NAMES
    private const uint NoMoreEntries = 0x8000001A; // STATUS_NO_MORE_ENTRIES: nobody holds it
    private const int AccessDenied = 5; // ERROR_ACCESS_DENIED

    /// <summary>The SIDs of the accounts that hold a right.</summary>
    /// <param name="right">The right.</param>
    /// <exception cref="NotAssessableException">This account may not ask, or the authority does not answer.</exception>
    public static unsafe IReadOnlyList<string> HoldersOf(string right)
    {
        var attributes = new ObjectAttributes { Length = (uint)sizeof(ObjectAttributes) };
        Check(LsaOpenPolicy(0, attributes, ViewAndLookUp, out var policy));
        try
        {
            fixed (char* text = right)
            {
                var name = new CountedText { Length = (ushort)(right.Length * sizeof(char)), MaximumLength = (ushort)((right.Length + 1) * sizeof(char)), Buffer = (nint)text };
                var status = LsaEnumerateAccountsWithUserRight(policy, name, out var buffer, out var count);
                if (status == NoMoreEntries)
                    return [];
                Check(status);
                try
                {
                    // LSA_ENUMERATION_INFORMATION is one pointer to a SID.
                    return [.. Enumerable.Range(0, (int)count).Select(i => new SecurityIdentifier(Marshal.ReadIntPtr(buffer, i * nint.Size)).Value)];
                }
                finally
                {
                    _ = LsaFreeMemory(buffer);
                }
            }
        }
        finally
        {
            _ = LsaClose(policy);
        }
    }

    private static void Check(uint status)
    {
        if (status == 0)
            return;
        var error = LsaNtStatusToWinError(status);
        throw new NotAssessableException(error == AccessDenied
            ? new("nur ein Administrator darf Anmelderechte lesen; das Programm muss mit dessen Rechten laufen", "only an administrator may read logon rights; the program has to run with an administrator's rights")
            : new($"die lokale Sicherheitsautorität antwortet nicht: {new Win32Exception(error).Message} (0x{status:X8})", $"the Local Security Authority does not answer: {new Win32Exception(error).Message} (0x{status:X8})"));
    }

    // LSA_OBJECT_ATTRIBUTES: "The members of this structure are not used", but for its length.
    [StructLayout(LayoutKind.Sequential)]
    private struct ObjectAttributes
    {
        public uint Length;
        public nint RootDirectory;
        public nint ObjectName;
        public uint Attributes;
        public nint SecurityDescriptor;
        public nint SecurityQualityOfService;
    }

    // LSA_UNICODE_STRING, lengths in bytes.
    [StructLayout(LayoutKind.Sequential)]
    private struct CountedText
    {
        public ushort Length;
        public ushort MaximumLength;
        public nint Buffer;
    }

    [LibraryImport("advapi32.dll")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial uint LsaOpenPolicy(nint system, in ObjectAttributes attributes, uint access, out nint policy);

    [LibraryImport("advapi32.dll")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial uint LsaEnumerateAccountsWithUserRight(nint policy, in CountedText right, out nint buffer, out uint count);

    [LibraryImport("advapi32.dll")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial uint LsaFreeMemory(nint buffer);

    [LibraryImport("advapi32.dll")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial uint LsaClose(nint policy);

    [LibraryImport("advapi32.dll")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int LsaNtStatusToWinError(uint status);
}
