using Gateway.Provisioning.Diagnosis;

namespace Gateway.Provisioning.Applying;

/// <summary>One apply at a time on a machine: an exclusive handle on a file of the state root, which the system gives back when its holder dies.</summary>
public sealed class ApplyLock : IDisposable
{
    private const int WindowsSharingViolation = unchecked((int)0x80070020);
    private const int WindowsLockViolation = unchecked((int)0x80070021);
    private const int LinuxWouldBlock = 11; // EAGAIN, of flock(2)
    private const string Held = "GW3001";
    private static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(1);
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
            throw new RefusedException(Diagnostic.Error(Held, "Another apply or rollback is running on this machine, or a rehearsal of it.", "Wait until it has ended; 'gwctl status' shows where it stands."), e);
        }
    }

    /// <summary>Does what needs the lock once whoever holds it has let go: after an installation the product's own service looks at the machine for a minute.</summary>
    /// <typeparam name="T">What comes of it.</typeparam>
    /// <param name="work">Takes the lock; tried again while it is refused for that (GW3001).</param>
    /// <param name="patience">For how long.</param>
    /// <param name="cancel">Ends the waiting.</param>
    /// <exception cref="RefusedException">Somebody else still holds it (GW3001); or the work is refused for another reason.</exception>
    public static async Task<T> OnceFreeAsync<T>(Func<Task<T>> work, TimeSpan patience, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(work);
        for (var waited = TimeSpan.Zero; ; waited += BetweenTries)
        {
            try
            {
                return await work();
            }
            catch (RefusedException busy) when (busy.Diagnostic.Code == Held && waited < patience)
            {
                await Task.Delay(BetweenTries, cancel);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => handle.Dispose();
}
