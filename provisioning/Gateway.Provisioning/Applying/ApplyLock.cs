using Gateway.Provisioning.Diagnosis;

namespace Gateway.Provisioning.Applying;

/// <summary>One apply at a time on a machine: an exclusive handle on a file of the state root, which the system gives back when its holder dies.</summary>
public sealed class ApplyLock : IDisposable
{
    private const int WindowsSharingViolation = unchecked((int)0x80070020);
    private const int WindowsLockViolation = unchecked((int)0x80070021);
    private const int LinuxWouldBlock = 11; // EAGAIN, of flock(2)
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(500);
    private readonly FileStream handle;

    private ApplyLock(FileStream handle) => this.handle = handle;

    /// <summary>Takes the lock.</summary>
    /// <param name="stateRoot">The state root.</param>
    /// <exception cref="RefusedException">Somebody else holds it (GW3001).</exception>
    public static ApplyLock Take(string stateRoot)
    {
        try
        {
            return new ApplyLock(new FileStream(Path.Combine(stateRoot, "apply.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException e) when (e.HResult is WindowsSharingViolation or WindowsLockViolation or LinuxWouldBlock)
        {
            throw new RefusedException(Diagnostic.Error("GW3001", "Another apply or rollback is running on this machine, or a rehearsal of it.", "Wait until it has ended; 'gwctl status' shows where it stands."), e);
        }
    }

    /// <summary>Takes the lock once whoever holds it has let go: after an installation the product's own service looks at the machine for a minute.</summary>
    /// <param name="stateRoot">The state root.</param>
    /// <param name="patience">How long it is waited for.</param>
    /// <param name="cancel">Ends the waiting.</param>
    /// <exception cref="RefusedException">Somebody else still holds it (GW3001).</exception>
    public static async Task<ApplyLock> TakeWhenFreeAsync(string stateRoot, TimeSpan patience, CancellationToken cancel)
    {
        for (var waited = TimeSpan.Zero; ; waited += BetweenTries)
        {
            try
            {
                return Take(stateRoot);
            }
            catch (RefusedException) when (waited < patience)
            {
                await Task.Delay(BetweenTries, cancel);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => handle.Dispose();
}
