using System.Diagnostics;
using System.Runtime.CompilerServices;
using Xunit;

namespace Gwctl.Tests.Running;

/// <summary>gwctl as its users have it: a program that is started, prints, and ends.</summary>
internal static class CommandLine
{
    public static string Repository { get; } = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "..", "..", ".."));

    /// <summary>The program that the build of the same configuration left.</summary>
    public static string Program { get; } = Path.Combine(
        Repository, "provisioning", "Gwctl", "bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, "net10.0", "gwctl");

    public static Task<Ended> RunAsync(params string[] arguments) => RunProgramAsync(Program, arguments);

    /// <summary>Any program with its output in pipes, in a folder of its choice.</summary>
    public static async Task<Ended> RunProgramAsync(
        string program, string[] arguments, string? folder = null, params (string Name, string? Value)[] environment)
    {
        using var process = Start(program, arguments, folder, environment);
        return await EndOfAsync(process);
    }

    public static async Task<Ended> EndOfAsync(Process process)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var output = process.StandardOutput.ReadToEndAsync(cancellation);
        var errors = process.StandardError.ReadToEndAsync(cancellation);
        try
        {
            await process.WaitForExitAsync(cancellation).WaitAsync(TimeSpan.FromSeconds(180), cancellation);
        }
        catch
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return new Ended(process.ExitCode, await output, await errors);
    }

    public static Process Start(
        string program, string[] arguments, string? folder = null, params (string Name, string? Value)[] environment)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? Path.GetTempPath(),
        };
        start.Environment.Remove("NO_COLOR");
        start.Environment["DOTNET_TieredPGO"] = "0"; // a program of a second pays for the profile and never uses it: a third of its time
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        var process = Process.Start(start)!;
        process.StandardInput.Close();
        return process;
    }

    private static string Here([CallerFilePath] string path = "") => path;
}
