using System.Runtime.InteropServices;
using Xunit;

[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)] // there is one machine

namespace Gateway.Windows.Tests;

/// <summary>
/// Whether a test may run here. Each says what it does to the machine; without a person's leave, without rights, or where there is no Windows, it is skipped with the
/// reason.
/// </summary>
internal static class Permission
{
    /// <summary>Names the leave.</summary>
    public const string Variable = "GATEWAY_REAL_WINDOWS";

    private const string ToLook = "look";
    private const string ToChange = "I-may-change-this-machine";

    /// <summary>Skips a test that only looks at the machine, where it may not.</summary>
    public static void Look() => Skip(WhyNot(changes: false));

    /// <summary>Skips a test that changes the machine and puts it back, where it may not.</summary>
    public static void Change() => Skip(WhyNot(changes: true));

    /// <summary>Skips a test for a reason that lies in this machine.</summary>
    public static void Skip(string? why) => Assert.SkipWhen(why is not null, why ?? "");

    /// <summary>Why tests may not run, or null when they may.</summary>
    /// <param name="changes">Whether they change the machine.</param>
    public static string? WhyNot(bool changes) => WhyNot(
        OperatingSystem.IsWindows(),
        OperatingSystem.IsWindows() && IsWine(),
        Environment.GetEnvironmentVariable(Variable),
        OperatingSystem.IsWindows() && Environment.IsPrivilegedProcess,
        changes);

    /// <summary>The decision by itself.</summary>
    internal static string? WhyNot(bool isWindows, bool isWine, string? leave, bool elevated, bool changes) =>
        !isWindows ? "this is no Windows; tests/windows/README.md says how to run these on one"
        : isWine ? "this is Wine, and these tests are about what Wine only pretends"
        : leave is not (ToLook or ToChange) ? $"nobody allowed it: set {Variable}={ToLook} to look at this machine, {Variable}={ToChange} to change it and put it back"
        : changes && leave != ToChange ? $"this one changes the machine, and {Variable}={leave} allows to look only"
        : !elevated ? "this process is not elevated: start it from a console that runs as administrator"
        : null;

    private static bool IsWine() => NativeLibrary.TryLoad("ntdll.dll", out var ntdll) && NativeLibrary.TryGetExport(ntdll, "wine_get_version", out _);
}
