using System.ComponentModel;
using System.IO.Pipes;
using System.Net.Sockets;
using System.Security.Principal;
using System.Text;
using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines.Windows;
using Gateway.Provisioning.Manifest;
using Gateway.Provisioning.Manifest.Values;

namespace Gwctl.Serving;

/// <summary>
/// The named pipe of a machine's service. This computer's lets in SYSTEM and Administrators, and gwctl talks to the process that Windows runs as the service and to
/// no other; a rehearsed machine's lets in whoever started its service. Elsewhere than on Windows .NET makes a socket of it, in the folder for temporary files.
/// </summary>
internal static class ServicePipe
{
    private static readonly TimeSpan UntilItAnswers = OperatingSystem.IsWindows() ? TimeSpan.FromMilliseconds(200) : TimeSpan.Zero;

    /// <summary>What the pipe of a machine is called.</summary>
    /// <param name="root">The directory of a rehearsed machine, or null for this computer.</param>
    public static string NameOf(string? root)
    {
        if (root is null)
            return ProvisioningService.Name;
        var folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));
        return $"{ProvisioningService.Name}-{Sha256Digest.Of(Encoding.UTF8.GetBytes(OperatingSystem.IsWindows() ? folder.ToUpperInvariant() : folder)).Text[..16]}";
    }

    /// <summary>One more end for a client.</summary>
    /// <param name="root">The directory of a rehearsed machine, or null for this computer.</param>
    /// <param name="first">Whether there must be none yet ("CreateNamedPipeW function", FILE_FLAG_FIRST_PIPE_INSTANCE, Microsoft Learn): otherwise somebody else's pipe would be joined.</param>
    /// <exception cref="RefusedException">Another program has the name (GW3405).</exception>
    public static NamedPipeServerStream Listen(string? root, bool first)
    {
        var options = PipeOptions.Asynchronous | (first && OperatingSystem.IsWindows() ? PipeOptions.FirstPipeInstance : PipeOptions.None);
        try
        {
            if (root is null && OperatingSystem.IsWindows())
            {
                return NamedPipeServerStreamAcl.Create(
                    NameOf(root), PipeDirection.InOut, NamedPipeServerStream.MaxAllowedServerInstances, PipeTransmissionMode.Byte, options, 0, 0, PipeServer.SystemAndAdministrators());
            }

            // .NET takes a socket's name away from whoever has it, because a killed one leaves its name behind: so it is asked before whether somebody answers.
            if (first && !OperatingSystem.IsWindows() && Connect(root) is { } somebody)
            {
                somebody.Dispose();
                throw new IOException("a service of this machine answers already");
            }

            return new NamedPipeServerStream(NameOf(root), PipeDirection.InOut, NamedPipeServerStream.MaxAllowedServerInstances, PipeTransmissionMode.Byte, options | PipeOptions.CurrentUserOnly);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new RefusedException(Diagnostic.Error("GW3405", $"The pipe {NameOf(root)} cannot be served: {e.Message}", "Another program has its name: end it. Until then gwctl applies in its own process."), e);
        }
    }

    /// <summary>A connection to a machine's service, or null when none answers.</summary>
    /// <param name="root">The directory of a rehearsed machine, or null for this computer.</param>
    /// <exception cref="RefusedException">Somebody answers who may not be told anything, or the service is not this person's to ask (GW3404).</exception>
    public static NamedPipeClientStream? Connect(string? root)
    {
        // Whoever answers may learn who asks, and not act in his name.
        var pipe = new NamedPipeClientStream(
            ".", NameOf(root), PipeDirection.InOut, PipeOptions.Asynchronous | (root is null ? PipeOptions.None : PipeOptions.CurrentUserOnly), TokenImpersonationLevel.Identification);
        try
        {
            pipe.Connect(UntilItAnswers);
            if (root is null && OperatingSystem.IsWindows() && !PipeServer.IsService(pipe.SafePipeHandle, ProvisioningService.Name))
                throw NotToBeAsked(root, "the program that answers is not the one that Windows runs as this service", "End that program; it may have been started to learn or to forge what is applied here.");
            return pipe;
        }
        catch (TimeoutException)
        {
            pipe.Dispose();
            return null;
        }
        catch (Exception e) when (e is UnauthorizedAccessException or SocketException or Win32Exception)
        {
            pipe.Dispose();
            throw NotToBeAsked(root, e.Message, root is null ? "Run as administrator." : "Run as the user who started that service, or end it.", e);
        }
        catch
        {
            pipe.Dispose();
            throw;
        }
    }

    private static RefusedException NotToBeAsked(string? root, string why, string mend, Exception? inner = null) =>
        new(Diagnostic.Error("GW3404", $"The service {(root is null ? ProvisioningService.Name : $"of {root}")} answers, and cannot be asked: {why}.", mend), inner);
}
