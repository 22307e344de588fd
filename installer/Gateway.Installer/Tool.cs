using System.ComponentModel;
using System.Diagnostics;

namespace Gateway.Installer;

/// <summary>Another's program: wixl, msibuild, msiinfo, osslsigncode, dotnet, git.</summary>
internal static class Tool
{
    /// <summary>Runs it and gives what it printed.</summary>
    /// <param name="program">Its name.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="folder">Where it runs.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="BuildFailure">It is not there (GW8001), or it failed (GW8002).</exception>
    public static async Task<string> RunAsync(string program, IReadOnlyList<string> arguments, string folder, CancellationToken cancel)
    {
        Process process;
        try
        {
            process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
        }
        catch (Win32Exception e)
        {
            throw new BuildFailure("GW8001", $"{program} cannot be started: {e.Message}.", "Install it: apt-get install wixl msitools osslsigncode gcc-mingw-w64-x86-64; the .NET SDK and git from their makers.");
        }

        using (process)
        {
            try
            {
                var (said, complained) = (process.StandardOutput.ReadToEndAsync(cancel), process.StandardError.ReadToEndAsync(cancel));
                await process.WaitForExitAsync(cancel);
                return process.ExitCode == 0
                    ? await said
                    : throw new BuildFailure("GW8002", $"{program} {arguments[0]} ended with {process.ExitCode}: {(await complained + await said).Trim()}", "Run it by hand to see more.");
            }
            finally
            {
                if (!process.HasExited)
                    process.Kill(entireProcessTree: true);
            }
        }
    }
}
