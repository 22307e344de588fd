using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Gateway.Provisioning.Machines.Windows;

/// <summary>
/// Events of the Application log whose source need not be registered yet ("ReportEventW function", Microsoft Learn). .NET's own EventLog would register it, and a server that was refused would
/// keep that trace.
/// </summary>
[SupportedOSPlatform("windows")]
public static partial class ApplicationLog
{
    private const int LongestText = 30_000; // characters of one string; Windows takes 31839

    /// <summary>Writes one. Whether it was written is nobody's concern: what it says stands elsewhere too.</summary>
    /// <param name="source">Its source.</param>
    /// <param name="kind">How bad it is.</param>
    /// <param name="id">Its number.</param>
    /// <param name="text">What it says.</param>
    public static void Write(string source, TraceLevel kind, int id, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var log = RegisterEventSource(null, source);
        if (log == 0)
            return;
        var type = kind switch { TraceLevel.Error => 1, TraceLevel.Warning => 2, _ => 4 };
        _ = ReportEvent(log, (ushort)type, 0, (uint)id, 0, 1, 0, [text[..Math.Min(text.Length, LongestText)]], 0);
        _ = DeregisterEventSource(log);
    }

    [LibraryImport("advapi32.dll", EntryPoint = "RegisterEventSourceW", StringMarshalling = StringMarshalling.Utf16)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial nint RegisterEventSource(string? server, string source);

    [LibraryImport("advapi32.dll", EntryPoint = "ReportEventW", StringMarshalling = StringMarshalling.Utf16)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool ReportEvent(nint log, ushort type, ushort category, uint id, nint user, ushort strings, uint dataSize, string[] texts, nint data);

    [LibraryImport("advapi32.dll")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool DeregisterEventSource(nint log);
}
