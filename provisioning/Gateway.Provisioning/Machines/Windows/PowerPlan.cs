using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Gateway.Provisioning.Machines.Facts;

namespace Gateway.Provisioning.Machines.Windows;

/// <summary>
/// When this computer sleeps by itself while it has power, by its active scheme ("PowerReadACValueIndex function", "Sleep settings", Microsoft Learn: seconds, 0 is never), and
/// whether it has sleep states at all ("GetPwrCapabilities function", "SYSTEM_POWER_CAPABILITIES structure").
/// </summary>
internal static partial class PowerPlan
{
    private const int NotSupported = 50; // ERROR_NOT_SUPPORTED

    private static readonly Guid Sleep = new("238c9fa8-0aad-41ed-83f4-97be242c8f20"); // GUID_SLEEP_SUBGROUP
    private static readonly Guid SleepAfter = new("29f6c1db-86da-48c5-9fdb-f2b67b1f44da"); // GUID_STANDBY_TIMEOUT
    private static readonly Guid HibernateAfter = new("9d7815a6-7ee4-497e-8888-515a05f02364"); // GUID_HIBERNATE_TIMEOUT

    /// <summary>Reads it.</summary>
    /// <exception cref="NotAssessableException">Windows does not say.</exception>
    [SupportedOSPlatform("windows")]
    public static PowerFacts Read()
    {
        try
        {
            var room = new byte[256]; // more than the structure has
            if (!GetPwrCapabilities(room))
                throw Unknown(Marshal.GetLastPInvokeError());
            Check(PowerGetActiveScheme(0, out var pointer));
            if (pointer == 0)
                throw Unknown(NotSupported);
            var scheme = Marshal.PtrToStructure<Guid>(pointer);
            _ = LocalFree(pointer);
            Check(PowerReadACValueIndex(0, scheme, Sleep, SleepAfter, out var sleeps));
            Check(PowerReadACValueIndex(0, scheme, Sleep, HibernateAfter, out var hibernates));
            return Of(room, sleeps, hibernates);
        }
        catch (EntryPointNotFoundException e)
        {
            throw new NotAssessableException(new($"dieses Windows kennt keine Energieschemas: {e.Message}", $"this Windows has no power schemes: {e.Message}"));
        }
    }

    /// <summary>What the capabilities and the two settings say.</summary>
    /// <param name="capabilities">SYSTEM_POWER_CAPABILITIES.</param>
    /// <param name="sleeps">Seconds until it sleeps.</param>
    /// <param name="hibernates">Seconds until it hibernates.</param>
    // The structure begins with one byte per ability: SystemS1 to SystemS4 are 3 to 6, HiberFilePresent 8, AoAc (modern standby) 20.
    internal static PowerFacts Of(ReadOnlySpan<byte> capabilities, uint sleeps, uint hibernates) => new(
        capabilities[3] != 0 || capabilities[4] != 0 || capabilities[5] != 0 || capabilities[20] != 0,
        (int)Math.Min(sleeps, int.MaxValue),
        capabilities[6] != 0 && capabilities[8] != 0,
        (int)Math.Min(hibernates, int.MaxValue));

    private static void Check(uint error)
    {
        if (error != 0)
            throw Unknown((int)error);
    }

    private static NotAssessableException Unknown(int error) =>
        new(new($"Windows nennt seine Energieeinstellungen nicht: {new Win32Exception(error).Message} ({error})", $"Windows does not tell its power settings: {new Win32Exception(error).Message} ({error})"));

    [LibraryImport("powrprof.dll", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.U1)] // BOOLEAN
    private static partial bool GetPwrCapabilities([Out] byte[] capabilities);

    [LibraryImport("powrprof.dll")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial uint PowerGetActiveScheme(nint userRoot, out nint scheme);

    [LibraryImport("powrprof.dll")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial uint PowerReadACValueIndex(nint root, in Guid scheme, in Guid subgroup, in Guid setting, out uint index);

    [LibraryImport("kernel32.dll")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial nint LocalFree(nint memory);
}
